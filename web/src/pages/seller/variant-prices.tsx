import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { PriceTier, Variant } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { money, optionText, readMoney } from "../../core/format";
import { newId } from "../../core/ids";
import { useLoaded } from "../../core/loading";
import { CURRENCIES } from "../../parts/currencies";
import { useDoing } from "../../parts/doing";
import { Choice, Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Loading, Trouble } from "../../parts/states";

/** What a variant costs beside its own price: in other currencies, for groups of customers, from so many units on. */
export function VariantPrices({ variant }: { variant: Variant }): JSX.Element {
  const [open, setOpen] = useState(false);
  const name = optionText(variant.options) || variant.sku;
  return (
    <>
      <div class="row-line">
        <div class="row-main">
          <p class="row-title">{name}</p>
          <p class="soft">{money(variant.price)} for everybody</p>
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Close" : "Price list"}
          <span class="hidden"> of {name}</span>
        </button>
      </div>
      {open && <Tiers variant={variant} />}
    </>
  );
}

function Tiers({ variant }: { variant: Variant }): JSX.Element {
  const { value, error, again } = useLoaded(variant.id, () => call("prices.list_tiers", { variant_id: variant.id }));
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value) return <Loading />;
  return (
    <div class="variants">
      {value.length === 0 && <p class="soft">No other prices yet.</p>}
      <ul class="rows">
        {value.map((tier) => (
          <li key={tier.id} class="row">
            <Tier tier={tier} removed={again} />
          </li>
        ))}
      </ul>
      <NewTier key={value.length} variant={variant} added={again} />
    </div>
  );
}

function Tier({ tier, removed }: { tier: PriceTier; removed: () => void }): JSX.Element {
  const doing = useDoing();
  const remove = async (): Promise<void> => {
    await call("prices.delete_tier", { tier_id: tier.id });
    announce("The price is gone.");
    removed();
  };
  const words = `${money(tier.price)} for ${tier.customer_group ?? "everybody"}, from ${tier.min_quantity} on`;
  return (
    <div class="row-line">
      <p class="row-main">{words}</p>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(remove)}>
        Remove<span class="hidden"> {words}</span>
      </button>
    </div>
  );
}

function NewTier({ variant, added }: { variant: Variant; added: () => void }): JSX.Element {
  const [typed, setTyped] = useState({ price: "", currency: variant.price.currency, group: "", quantity: "1" });
  const id = useMemo(newId, [typed]);
  const sending = useSending(["price", "customer_group", "min_quantity"]);
  const price = readMoney(typed.price, typed.currency);
  const set = (some: Partial<typeof typed>): void => setTyped({ ...typed, ...some });
  const send = async (): Promise<void> => {
    if (!price) return;
    await call("prices.create_tier", { tier_id: id, variant_id: variant.id, price, customer_group: typed.group.trim() || null, min_quantity: Number(typed.quantity) });
    announce("The price is on the list.");
    added();
  };
  const check = (): Record<string, string> | undefined => {
    if (!price) return { price: "Please type an amount." };
    return /^[1-9]\d{0,5}$/.test(typed.quantity.trim()) ? undefined : { min_quantity: "Please type a whole number above zero." };
  };
  const currencies = [...new Set([variant.price.currency, ...CURRENCIES])];
  return (
    <Form sending={sending} submit="Add the price" busy="Adding…" label="New price" check={check} send={send}>
      <div class="fields">
        <Field label="New price" name="price" inputMode="decimal" autocomplete="off" value={typed.price} set={(text) => set({ price: text })} error={sending.errors.price} />
        <Choice label="In" value={typed.currency} set={(currency) => set({ currency })} options={currencies.map((it) => [it, it] as const)} />
        <Field label="For the group" name="customer_group" autocomplete="off" hint="Empty: everybody" value={typed.group} set={(group) => set({ group })} error={sending.errors.customer_group} />
        <Field label="From so many units on" name="min_quantity" inputMode="numeric" autocomplete="off" value={typed.quantity} set={(quantity) => set({ quantity })} error={sending.errors.min_quantity} />
      </div>
    </Form>
  );
}
