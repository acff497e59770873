import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Id, ShippingRate } from "../contract";
import { call } from "../core/api";
import { dayRange, money, readMoney, slugOf, typed as typedMoney } from "../core/format";
import { useLoaded } from "../core/loading";
import { ConfirmButton } from "./confirm";
import { CURRENCIES } from "./currencies";
import { Editable } from "./editable";
import { Choice, Field } from "./field";
import { Form } from "./form";
import { useSending } from "./forms";
import { Loading, Trouble } from "./states";

/** The flat rates of a seller, or of the marketplace where `sellerId` is null: those hold for whoever has none. */
export function ShippingRates({ sellerId }: { sellerId: Id | null }): JSX.Element {
  const { value, error, again } = useLoaded("shipping rates", () => call("shipping.list_rates", {}));
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value) return <Loading />;
  const own = value.filter((it) => it.seller_id === sellerId);
  const others = sellerId ? value.filter((it) => it.seller_id === null && !own.some((one) => one.code === it.code && one.price.currency === it.price.currency)) : [];
  return (
    <>
      <Editable
        title="Rates"
        noun="rate"
        items={own.map((it) => ({ id: `${it.code} ${it.price.currency}`, name: it.name, about: about(it), item: it }))}
        form={(known, done, cancel) => <RateForm known={known} done={done} cancel={cancel} />}
        changed={again}
      />
      {others.length > 0 && (
        <section aria-labelledby="others">
          <h2 id="others">The marketplace's rates</h2>
          <ul class="rows">
            {others.map((it) => (
              <li key={`${it.code} ${it.price.currency}`} class="row">
                <div class="row-main">
                  <p class="row-title">{it.name}</p>
                  <p class="soft">{about(it)}</p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function about(rate: ShippingRate): string {
  return [rate.price.amount === 0 ? `free, in ${rate.price.currency}` : money(rate.price), dayRange(rate.days_least, rate.days_most), rate.code].join(" · ");
}

interface FormProps {
  known: ShippingRate | undefined;
  done: () => void;
  cancel: () => void;
}

const WHOLE = /^\d{1,3}$/;

/** A rate. Its code and its currency stay: checkouts and orders name it by them. */
function RateForm({ known, done, cancel }: FormProps): JSX.Element {
  const [typed, setTyped] = useState(() => ({
    name: known?.name ?? "",
    price: known ? typedMoney(known.price) : "",
    currency: known?.price.currency ?? (CURRENCIES[0] as string),
    least: String(known?.days_least ?? 2),
    most: String(known?.days_most ?? 5),
  }));
  const sending = useSending(["name", "code", "price", "days_least", "days_most"]);
  const set = (some: Partial<typeof typed>): void => setTyped({ ...typed, ...some });
  const code = known?.code ?? slugOf(typed.name);
  const price = readMoney(typed.price, typed.currency);
  const check = (): Record<string, string> | undefined => {
    const errors: Record<string, string> = {};
    if (!code) errors.name = "Please type what customers read, like Standard.";
    if (!price) errors.price = `Please type an amount in ${typed.currency}, 0 for free.`;
    for (const name of ["least", "most"] as const) if (!WHOLE.test(typed[name].trim())) errors[`days_${name}`] = "Please type a whole number.";
    return Object.keys(errors).length > 0 ? errors : undefined;
  };
  const send = async (): Promise<void> => {
    if (!price) return;
    await call("shipping.set_rate", { code, name: typed.name.trim(), price, days_least: Number(typed.least), days_most: Number(typed.most) });
    done();
  };
  const remove = async (): Promise<void> => {
    await call("shipping.remove_rate", { code, currency: typed.currency });
    done();
  };
  return (
    <Form sending={sending} submit="Save the rate" busy="Saving…" label={known ? `Edit ${known.name}` : "New rate"} cancel={cancel} check={check} send={send}>
      <div class="fields">
        <Field label="Name" name="name" autocomplete="off" hint="What customers read. A Standard or Express of your own takes the place of the shop's." value={typed.name} set={(name) => set({ name })} error={sending.errors.name ?? sending.errors.code} />
        <Field label="Price of a delivery" name="price" inputMode="decimal" autocomplete="off" unit={typed.currency} value={typed.price} set={(text) => set({ price: text })} error={sending.errors.price} />
        {!known && <Choice label="Currency" value={typed.currency} set={(currency) => set({ currency })} options={CURRENCIES.map((it) => [it, it] as const)} />}
        <Field label="Arrives after at least" name="days_least" inputMode="numeric" autocomplete="off" unit="days" value={typed.least} set={(least) => set({ least })} error={sending.errors.days_least} />
        <Field label="And at most" name="days_most" inputMode="numeric" autocomplete="off" unit="days" value={typed.most} set={(most) => set({ most })} error={sending.errors.days_most} />
      </div>
      {known && (
        <p>
          <ConfirmButton text={`Remove ${known.name}`} title="Remove this rate?" action="Remove it" run={remove}>
            Checkouts offer it no longer; what was ordered stays as it was.
          </ConfirmButton>
        </p>
      )}
    </Form>
  );
}
