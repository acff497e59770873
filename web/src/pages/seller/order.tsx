import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Order, SellerOrder } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { shopNews } from "../../core/belongings";
import { newId } from "../../core/ids";
import { useLoaded } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { OrderBadge } from "../../orders/badge";
import { CancelUnits } from "../../orders/cancel-units";
import { NoteOnOrder } from "../../orders/note";
import { PackingSlip } from "../../orders/papers";
import { Parts, titleOf } from "../../orders/parts";
import { OrderSums } from "../../orders/sums";
import { Timeline } from "../../orders/timeline";
import { useDoing } from "../../parts/doing";
import { Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { addressLines } from "../../parts/postal-form";
import { Loading, Trouble } from "../../parts/states";
import { NotFound } from "../not-found";
import { SellerPage } from "./tabs";

/** One order, as far as it is one's own shop's: what to do with it next. */
export function SellerOrderPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("orders.show_for_seller", { order_id: id }));
  const [answered, setAnswered] = useState<Order>();
  const news = shopNews.value;
  useEffect(() => {
    if (news > 0) loaded.again();
  }, [news]);
  const known = [loaded.value, answered].filter((it) => it?.id === id);
  const order = known.reduce((one, other) => (one && other && one.version > other.version ? one : other), undefined);
  useTitle(order ? `Order ${order.number}` : "Order");
  if (problemOf(loaded.error, "orders.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  return (
    <SellerPage title={order ? `Order ${order.number}` : "Order"} action={order?.parts[0] && <OrderBadge order={order.parts[0]} />}>
      {loaded.error !== undefined ? <Trouble error={loaded.error} again={loaded.again} /> : order ? <Shown order={order} changed={setAnswered} again={loaded.again} /> : <Loading />}
    </SellerPage>
  );
}

function Shown({ order, changed, again }: { order: Order; changed: (order: Order) => void; again: () => void }): JSX.Element {
  const part = order.parts[0];
  const box = useKeptFocus<HTMLDivElement>(0);
  return (
    <div class="cart">
      <div class="checkout-steps" ref={box} tabIndex={-1}>
        {part && <NextStep key={part.version} order={order} part={part} changed={changed} again={again} />}
        <Parts order={order} />
        <Timeline order={order}>
          <NoteOnOrder order={order} to="the customer" changed={changed} />
        </Timeline>
        <PackingSlip order={order} />
      </div>
      <aside class="panel" aria-label="Summary">
        <div>
          <h2>Deliver to</h2>
          {order.address ? addressLines(order.address).map((text) => <p key={text}>{text}</p>) : <p class="soft">The customer has not said yet where it goes.</p>}
        </div>
        <OrderSums order={order} />
      </aside>
    </div>
  );
}

interface StepProps {
  order: Order;
  part: SellerOrder;
  changed: (order: Order) => void;
}

function NextStep({ order, part, changed, again }: StepProps & { again: () => void }): JSX.Element | null {
  if (part.state === "placed") return <Accept order={order} part={part} changed={changed} />;
  const toSend = part.lines.some((it) => it.ordered - it.cancelled - it.shipped > 0);
  const onTheWay = part.shipments.some((it) => !it.delivered_at);
  return (
    <>
      {toSend && (part.state === "accepted" || part.state === "partly_shipped") && <Ship order={order} part={part} changed={changed} />}
      {onTheWay && <Deliver order={order} part={part} changed={changed} />}
      {toSend && (
        <div class="actions">
          <CancelUnits order={order} parts={[part]} open="I cannot send all of it" changed={again} />
        </div>
      )}
    </>
  );
}

function Accept({ order, part, changed }: StepProps): JSX.Element {
  const id = useMemo(newId, []);
  const [why, setWhy] = useState<string>();
  const doing = useDoing();
  const sending = useSending(["note"]);
  const command = { order_id: order.id, change_id: id, version: part.version };
  const reject = async (): Promise<void> => changed(await call("orders.reject", { ...command, note: why ?? "" }));
  if (why !== undefined) {
    return (
      <section class="panel" aria-label="Reject">
        <Form sending={sending} submit="Reject the order" busy="Rejecting…" danger send={reject} cancel={() => setWhy(undefined)} check={() => (why.trim() ? undefined : { note: "Please say why: the customer reads it." })}>
          <Field label="Why" name="note" autocomplete="off" hint="All of it is cancelled, and its money goes back." value={why} set={setWhy} error={sending.errors.note} />
        </Form>
      </section>
    );
  }
  return (
    <section class="panel" aria-label="Next step">
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <div class="actions">
        <button
          type="button"
          class="button"
          disabled={doing.busy}
          onClick={() =>
            void doing.run(async () => {
              changed(await call("orders.accept", command));
              announce("Accepted.");
            })
          }
        >
          Accept the order
        </button>
        <button type="button" class="button button-quiet" onClick={() => setWhy("")}>
          Reject…
        </button>
      </div>
    </section>
  );
}

function Ship({ order, part, changed }: StepProps): JSX.Element {
  const id = useMemo(newId, []);
  const open = part.lines.map((it) => ({ id: it.id, most: it.ordered - it.cancelled - it.shipped })).filter((it) => it.most > 0);
  const [units, setUnits] = useState<Readonly<Record<string, string>>>(() => Object.fromEntries(open.map((it) => [it.id, String(it.most)])));
  const [carrier, setCarrier] = useState("");
  const [number, setNumber] = useState("");
  const sending = useSending(["carrier", "tracking_number", "lines", ...open.map((it) => it.id)]);
  const check = (): Record<string, string> | undefined => {
    const wrong = open.filter((it) => !/^\d{1,6}$/.test(units[it.id] ?? "") || Number(units[it.id]) > it.most);
    if (wrong.length > 0) return Object.fromEntries(wrong.map((it) => [it.id, `A whole number up to ${it.most}.`]));
    return open.every((it) => Number(units[it.id]) === 0) ? { [open[0]!.id]: "A parcel has something in it." } : undefined;
  };
  const send = async (): Promise<void> => {
    const lines = open.map((it) => ({ line_id: it.id, quantity: Number(units[it.id]) })).filter((it) => it.quantity > 0);
    changed(await call("orders.ship", { order_id: order.id, shipment_id: id, version: part.version, lines, carrier: carrier.trim(), tracking_number: number.trim() }));
    announce("The parcel is on its way.");
  };
  return (
    <section class="panel" aria-labelledby="ship">
      <h2 id="ship">Send a parcel</h2>
      <Form sending={sending} submit="Mark as sent" busy="Saving…" label="Send a parcel" send={send} check={check}>
        <div class="fields">
          {open.map((it) => (
            <Field key={it.id} label={`Units of ${titleOf(order, it.id)}`} name={it.id} inputMode="numeric" unit={`of ${it.most}`} value={units[it.id] ?? ""} set={(value) => setUnits({ ...units, [it.id]: value })} error={sending.errors[it.id]} />
          ))}
          <Field label="Carrier (if any)" name="carrier" autocomplete="off" value={carrier} set={setCarrier} error={sending.errors.carrier} />
          <Field label="Tracking number (if any)" name="tracking_number" autocomplete="off" value={number} set={setNumber} error={sending.errors.tracking_number} />
        </div>
      </Form>
    </section>
  );
}

function Deliver({ order, part, changed }: StepProps): JSX.Element {
  const id = useMemo(newId, []);
  const doing = useDoing();
  return (
    <section class="panel" aria-label="Arrived">
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <div class="actions">
        {part.shipments
          .filter((it) => !it.delivered_at)
          .map((parcel, index) => (
            <button key={parcel.id} type="button" class="button button-quiet" disabled={doing.busy} onClick={() => void doing.run(async () => changed(await call("orders.deliver", { order_id: order.id, change_id: id, version: part.version, parcel_id: parcel.id })))}>
              {parcel.tracking_number ? `Parcel ${parcel.tracking_number} has arrived` : `Parcel ${index + 1} has arrived`}
            </button>
          ))}
      </div>
    </section>
  );
}
