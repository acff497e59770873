import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { NewStatus, Order } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { newId } from "../../core/ids";
import { useLoaded, usePages } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { useWatched } from "../../core/watching";
import { OrderBadge } from "../../orders/badge";
import { Papers } from "../../orders/papers";
import { Parts } from "../../orders/parts";
import { OrderRow } from "../../orders/row";
import { OrderSums } from "../../orders/sums";
import { Timeline } from "../../orders/timeline";
import { Choice, Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { addressLines } from "../../parts/postal-form";
import { Empty, Loading, Trouble } from "../../parts/states";
import { NotFound } from "../not-found";
import { OfficePage } from "./frame";

/** All orders, the newest first, or the one of a number. */
export function OfficeOrders(): JSX.Element {
  const [typed, setTyped] = useState("");
  const number = typed.trim().toUpperCase();
  const list = usePages<Order>(`all orders ${number}`, (cursor) => call("orders.list_all", { number, cursor }));
  return (
    <OfficePage title="Orders">
      <form class="filters" aria-label="Which orders" onSubmit={(event) => event.preventDefault()}>
        <Field label="Number" name="number" autocomplete="off" hint="The whole of it, like FS-1001" value={typed} set={setTyped} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title={number ? "There is no such order" : "No orders yet"} />}
      <ul class="rows">
        {list.items?.map((order) => (
          <OrderRow key={order.id} order={order} href={`/manager/orders/${order.id}`} more={order.customer_id === null ? "a guest's" : undefined} />
        ))}
      </ul>
      <More list={list} />
    </OfficePage>
  );
}

/** One order as who runs the shop sees it, live: all sellers' parts, the money, what happened. */
export function OfficeOrderPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("orders.show", { order_id: id }));
  const live = useWatched("order", loaded.value?.id).state;
  // What is told later has neither address nor e-mail address: the log names nobody.
  useEffect(() => {
    if (live && live.version !== loaded.value?.version) loaded.again();
  }, [live]);
  const order = loaded.value;
  const box = useKeptFocus<HTMLDivElement>(0);
  if (problemOf(loaded.error, "orders.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  return (
    <OfficePage title={order ? `Order ${order.number}` : "Order"} action={order && <OrderBadge order={order} />}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {!order && loaded.error === undefined && <Loading />}
      {order && (
        <div class="cart">
          <div class="checkout-steps" ref={box} tabIndex={-1}>
            <Status key={order.version} order={order} changed={loaded.again} />
            <Parts order={order} />
            <Timeline order={live ?? order} />
            <Papers order={order} />
          </div>
          <aside class="panel" aria-label="Summary">
            <Customer order={order} />
            <OrderSums order={order} />
          </aside>
        </div>
      )}
    </OfficePage>
  );
}

function Customer({ order }: { order: Order }): JSX.Element {
  return (
    <div>
      <h2>Customer</h2>
      <p>{order.customer_id ? <a href={`/admin/users/${order.customer_id}`}>Their account</a> : `A guest, ${order.email}`}</p>
      {order.address ? addressLines(order.address).map((text) => <p key={text}>{text}</p>) : <p class="soft">Nobody has said yet where it goes.</p>}
      {order.payment_id && (
        <p>
          <a href={`/manager/payments/${order.payment_id}`}>The payment</a>
        </p>
      )}
    </div>
  );
}

const STATUSES: readonly (readonly [NewStatus, string])[] = [
  ["accepted", "Accept for the sellers who have not"],
  ["delivered", "All that is on its way has arrived"],
  ["cancelled", "Cancel all that is not sent"],
];

/** Have happen to all parts what can, where sellers do not. */
function Status({ order, changed }: { order: Order; changed: () => void }): JSX.Element | null {
  const [status, setStatus] = useState<NewStatus | "">("");
  const [note, setNote] = useState("");
  const id = useMemo(newId, [status, note]);
  const sending = useSending(["status", "note"]);
  if (order.state === "cancelled" || order.state === "delivered") return null;
  const send = async (): Promise<void> => {
    if (!status) return;
    await call("orders.set_status", { order_id: order.id, change_id: id, version: order.version, status, note: note.trim() });
    announce("It is done.");
    changed();
  };
  return (
    <section class="panel" aria-labelledby="status">
      <h2 id="status">For the sellers</h2>
      <Form sending={sending} submit="Do it" busy="Saving…" danger={status === "cancelled"} label="For the sellers" send={send} check={() => (status ? undefined : { status: "Please choose what is to happen." })}>
        <Choice label="What happens" value={status} set={(value) => setStatus(value as NewStatus | "")} options={[["", "Please choose"], ...STATUSES]} error={sending.errors.status} />
        <Field label="Why (if you like)" name="note" autocomplete="off" hint="The customer and the sellers read it." value={note} set={setNote} error={sending.errors.note} />
      </Form>
    </section>
  );
}
