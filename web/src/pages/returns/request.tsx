import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import type { Id, Order, Return, ReturnReason } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { optionText } from "../../core/format";
import { newId } from "../../core/ids";
import { forgetLists, useLoaded } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { BoughtPage, useHolder, type Holder } from "../../orders/holder";
import { Choice, Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { Empty, Loading, Trouble } from "../../parts/states";
import { TextArea } from "../../parts/text-area";
import { returnable, type Returnable } from "../../returns/units";
import { REASONS } from "../../returns/words";
import { NotFound } from "../not-found";

/** Ask to give units of an order back. */
export function ReturnSomething(): JSX.Element {
  useTitle("Return items");
  return (
    <BoughtPage>
      <Asked />
    </BoughtPage>
  );
}

function Asked(): JSX.Element {
  const { id = "", key } = useRoute().params;
  const holder = useHolder();
  const loaded = useLoaded(key ?? id, async () => {
    const [order, returns] = await (key ? ofGuest(key) : ofPerson(id));
    return { order, units: returnable(order, returns.items) };
  });
  if (problemOf(loaded.error, "orders.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  const { order, units } = loaded.value;
  const sellers = [...new Set(units.map((it) => it.sellerId))];
  return (
    <>
      <h1>Return items</h1>
      <p class="soft">
        Of <a href={holder.order(id)}>order {order.number}</a>
      </p>
      {sellers.length === 0 && <Empty title="Nothing to return">What has arrived, and is not on its way back yet, can be returned.</Empty>}
      {sellers.length > 1 && <p class="soft">These are goods of {sellers.length} sellers: return to each by itself.</p>}
      {sellers.map((seller, index) => (
        <Request key={seller} order={order} holder={holder} units={units.filter((it) => it.sellerId === seller)} title={sellers.length > 1 ? `To seller ${index + 1}` : "Items to return"} />
      ))}
    </>
  );
}

function ofPerson(order_id: Id): Promise<[Order, { items: readonly Return[] }]> {
  return Promise.all([call("orders.show", { order_id }), call("returns.list", { order_id, limit: 100 })]);
}

function ofGuest(order_key: Id): Promise<[Order, { items: readonly Return[] }]> {
  return Promise.all([call("orders.show_guest", { order_key }), call("returns.list_guest", { order_key, limit: 100 })]);
}

interface Wish {
  units: string;
  exchange: string;
}

function Request({ order, holder, units, title }: { order: Order; holder: Holder; units: readonly Returnable[]; title: string }): JSX.Element {
  const { route } = useLocation();
  const [wishes, setWishes] = useState<Readonly<Record<string, Wish>>>(() => Object.fromEntries(units.map((it) => [it.id, { units: units.length === 1 ? "1" : "0", exchange: "" }])));
  const [reason, setReason] = useState<ReturnReason | "">("");
  const [words, setWords] = useState("");
  const content = { wishes, reason, words };
  // What is sent again after no answer is the same return; anything typed anew is another.
  const id = useMemo(newId, Object.values(content));
  const sending = useSending(["reason", "words", ...units.map((it) => it.id)]);
  const check = (): Record<string, string> | undefined => {
    const wrong = units.filter((it) => !/^\d{1,6}$/.test(wishes[it.id]!.units) || Number(wishes[it.id]!.units) > it.most);
    if (wrong.length > 0) return Object.fromEntries(wrong.map((it) => [it.id, `A whole number up to ${it.most}.`]));
    if (units.every((it) => Number(wishes[it.id]!.units) === 0)) return { [units[0]!.id]: "Say how many you return." };
    return reason ? undefined : { reason: "Please choose why." };
  };
  const send = async (): Promise<void> => {
    if (!reason) return;
    const lines = units.map((it) => ({ line_id: it.line.id!, quantity: Number(wishes[it.id]!.units), exchange_for: wishes[it.id]!.exchange || null, replaced_in: it.replacedIn })).filter((it) => it.quantity > 0);
    const rma = await call("returns.request", { return_id: id, order_id: order.id, lines, reason, words: words.trim(), ...holder.keyed });
    forgetLists();
    announce("The seller is asked.");
    route(holder.page("returns", rma.id));
  };
  const change = (lineId: string, some: Partial<Wish>): void => setWishes({ ...wishes, [lineId]: { ...wishes[lineId]!, ...some } });
  return (
    <div class="panel">
      <Form sending={sending} submit="Request the return" busy="Sending…" label={title} send={send} check={check}>
        {units.map((it) => (
          <fieldset class="variant-field" key={it.id}>
            <legend>
              {it.line.title} {it.replacedIn ? "(what came in exchange)" : optionText(it.line.options)}
            </legend>
            <Field label="Quantity" name={it.id} inputMode="numeric" autocomplete="off" unit={`of ${it.most}`} value={wishes[it.id]!.units} set={(value) => change(it.id, { units: value.trim() })} error={sending.errors[it.id]} />
            <Exchange unit={it} value={wishes[it.id]!.exchange} set={(exchange) => change(it.id, { exchange })} />
          </fieldset>
        ))}
        <Choice label="Why" value={reason} set={(value) => setReason(value as ReturnReason | "")} options={[["", "Please choose"], ...Object.entries(REASONS)]} error={sending.errors.reason} />
        <TextArea label="In your words (if you like)" name="words" value={words} set={setWords} error={sending.errors.words} />
      </Form>
    </div>
  );
}

/** Its money, or what the seller may send instead: the same anew, or another variant that is not dearer. */
function Exchange({ unit: { line, variantId, replacedIn }, value, set }: { unit: Returnable; value: string; set: (value: string) => void }): JSX.Element {
  const product = useLoaded(replacedIn ? "" : line.product_id, () => call("catalog.show_product", { product: line.product_id })).value;
  const others = (product?.variants ?? []).filter((it) => it.id !== line.variant_id && it.price.currency === line.unit_price.currency && it.price.amount <= line.unit_price.amount);
  return <Choice label="In exchange for" value={value} set={set} options={[["", "A refund"], [variantId, "The same again"], ...others.map((it) => [it.id, optionText(it.options) || it.sku] as const)]} />;
}
