import type { JSX } from "preact";
import type { Id, Order, OrderDispute, ReturnSide } from "../contract";
import { call } from "../core/api";
import { count, money } from "../core/format";
import { useLoaded } from "../core/loading";
import { useHolder, type Holder } from "../orders/holder";
import { ReturnFacts } from "../returns/facts";
import { ReturnBadge } from "../returns/words";

interface Props {
  dispute: OrderDispute;
  side: ReturnSide;
}

/** What a dispute is about: a return with what became of it, or a line of an order. */
export function Subject({ dispute, side }: Props): JSX.Element | null {
  return dispute.return_id ? <OfReturn id={dispute.return_id} dispute={dispute} side={side} /> : <OfLine dispute={dispute} side={side} />;
}

function OfReturn({ id, dispute, side }: Props & { id: Id }): JSX.Element | null {
  const holder = useHolder();
  const rma = useLoaded(`${id} ${dispute.state}`, () => call("returns.show", { return_id: id, ...holder.keyed })).value;
  if (!rma) return null;
  const page = { customer: holder.page("returns", id), seller: `/seller/returns/${id}`, manager: `/manager/returns/${id}` }[side];
  return (
    <>
      <p class="title-row">
        <a href={page}>Return {rma.number}</a>
        <ReturnBadge rma={rma} />
      </p>
      <ReturnFacts rma={rma} />
    </>
  );
}

function OfLine({ dispute, side }: Props): JSX.Element | null {
  const holder = useHolder();
  const order = useLoaded(dispute.order_id, () => orderOf(dispute.order_id, side, holder)).value;
  const line = order?.lines.find((it) => it.id === dispute.line_id);
  if (!order || !line) return null;
  const page = { customer: holder.order(order.id), seller: `/seller/orders/${order.id}`, manager: `/manager/orders/${order.id}` }[side];
  const state = order.parts.flatMap((it) => it.lines).find((it) => it.id === line.id);
  return (
    <section class="panel" aria-labelledby="subject">
      <h2 id="subject">Order {order.number}</h2>
      <p class="row-title">
        {line.quantity} × {line.title}: {money(line.total)}
      </p>
      {state && (
        <p class="soft">
          {count(state.shipped, "unit")} sent, {state.delivered} delivered, {state.returned} sent back
        </p>
      )}
      <a href={page}>See the order</a>
    </section>
  );
}

function orderOf(order_id: Id, side: ReturnSide, { keyed }: Holder): Promise<Order> {
  if (side === "seller") return call("orders.show_for_seller", { order_id });
  return keyed.order_key ? call("orders.show_guest", { order_key: keyed.order_key }) : call("orders.show", { order_id });
}
