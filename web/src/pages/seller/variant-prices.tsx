import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { CustomerGroup, PriceTier, Variant } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day, money, optionText, readMoney, typed as typedMoney } from "../../core/format";
import { newId } from "../../core/ids";
import { useLoaded } from "../../core/loading";
import { toField } from "../../core/moments";
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
  const { value, error, again } = useLoaded(variant.id, () => Promise.all([call("prices.list_tiers", { variant_id: variant.id }), call("groups.list", {})]));
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value) return <Loading />;
  const [tiers, { items: groups }] = value;
  return (
    <div class="variants">
      {tiers.length === 0 && <p class="soft">No other prices yet.</p>}
      <ul class="rows">
        {tiers.map((tier) => (
          <li key={tier.id} class="row row-open">
            <Tier tier={tier} groups={groups} changed={again} />
          </li>
        ))}
      </ul>
      <NewTier key={tiers.length} variant={variant} groups={groups} added={again} />
    </div>
  );
}

interface TierProps {
  tier: PriceTier;
  groups: readonly CustomerGroup[];
  changed: () => void;
}

function Tier({ tier, groups, changed }: TierProps): JSX.Element {
  const [editing, setEditing] = useState(false);
  const doing = useDoing();
  const remove = async (): Promise<void> => {
    await call("prices.delete_tier", { tier_id: tier.id });
    announce("The price is gone.");
    changed();
  };
  const group = groups.find((it) => it.name === tier.customer_group)?.title ?? tier.customer_group ?? "everybody";
  const words = `${money(tier.price)} for ${group}, from ${tier.min_quantity} on`;
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p>{words}</p>
          {(tier.valid_from ?? tier.valid_until) && <p class="soft">{whenOf(tier)}</p>}
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          Edit<span class="hidden"> {words}</span>
        </button>
        <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(remove)}>
          Remove<span class="hidden"> {words}</span>
        </button>
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {editing && <EditTier tier={tier} saved={changed} cancel={() => setEditing(false)} />}
    </>
  );
}

function whenOf({ valid_from, valid_until }: PriceTier): string {
  return [valid_from && `from ${day(valid_from)}`, valid_until && `until ${day(valid_until)}`].filter(Boolean).join(" ");
}

/** When a price holds, as it is typed; empty: always. */
interface When {
  from: string;
  until: string;
}

function readWhen({ from, until }: When): { valid_from: string | null; valid_until: string | null } {
  return { valid_from: from ? new Date(from).toISOString() : null, valid_until: until ? new Date(until).toISOString() : null };
}

function WhenFields({ when: { from, until }, set, errors }: { when: When; set: (some: Partial<When>) => void; errors: Readonly<Record<string, string>> }): JSX.Element {
  return (
    <>
      <Field label="Begins" name="valid_from" type="datetime-local" step="1" hint="Empty: it holds already" value={from} set={(value) => set({ from: value })} error={errors.valid_from} />
      <Field label="Ends" name="valid_until" type="datetime-local" step="1" hint="Empty: it never does" value={until} set={(value) => set({ until: value })} error={errors.valid_until} />
    </>
  );
}

const FIELDS = ["price", "customer_group", "min_quantity", "valid_from", "valid_until"];

function EditTier({ tier, saved, cancel }: { tier: PriceTier; saved: () => void; cancel: () => void }): JSX.Element {
  const { currency } = tier.price;
  const [typed, setTyped] = useState({ price: typedMoney(tier.price), from: toField(tier.valid_from), until: toField(tier.valid_until) });
  const sending = useSending(FIELDS);
  const price = readMoney(typed.price, currency);
  const send = async (): Promise<void> => {
    if (!price) return;
    await call("prices.edit_tier", { tier_id: tier.id, price, ...readWhen(typed) });
    announce("Saved.");
    cancel();
    saved();
  };
  return (
    <Form sending={sending} submit="Save the price" busy="Saving…" label="Price" check={() => (price ? undefined : { price: "Please type an amount." })} send={send} cancel={cancel}>
      <div class="fields">
        <Field label="Price" name="price" inputMode="decimal" autocomplete="off" unit={currency} value={typed.price} set={(text) => setTyped({ ...typed, price: text })} error={sending.errors.price} />
        <WhenFields when={typed} set={(some) => setTyped({ ...typed, ...some })} errors={sending.errors} />
      </div>
    </Form>
  );
}

function NewTier({ variant, groups, added }: { variant: Variant; groups: readonly CustomerGroup[]; added: () => void }): JSX.Element {
  const [typed, setTyped] = useState({ price: "", currency: variant.price.currency, group: "", quantity: "1", from: "", until: "" });
  const id = useMemo(newId, [typed]);
  const sending = useSending(FIELDS);
  const price = readMoney(typed.price, typed.currency);
  const set = (some: Partial<typeof typed>): void => setTyped({ ...typed, ...some });
  const send = async (): Promise<void> => {
    if (!price) return;
    await call("prices.create_tier", { tier_id: id, variant_id: variant.id, price, customer_group: typed.group || null, min_quantity: Number(typed.quantity), ...readWhen(typed) });
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
        <Choice label="For" value={typed.group} set={(group) => set({ group })} options={[["", "Everybody"], ...groups.map((it) => [it.name, it.title] as const)]} error={sending.errors.customer_group} />
        <Field label="From so many units on" name="min_quantity" inputMode="numeric" autocomplete="off" value={typed.quantity} set={(quantity) => set({ quantity })} error={sending.errors.min_quantity} />
        <WhenFields when={typed} set={set} errors={sending.errors} />
      </div>
    </Form>
  );
}
