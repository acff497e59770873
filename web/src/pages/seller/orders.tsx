import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Order, SellerOrderState } from "../../contract";
import { call } from "../../core/api";
import { shopNews } from "../../core/belongings";
import { count, day, money } from "../../core/format";
import { usePages } from "../../core/loading";
import { OrderBadge } from "../../orders/badge";
import { Choice } from "../../parts/field";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { Empty, Loading } from "../../parts/states";
import { SellerPage } from "./tabs";

const STATES: readonly (readonly [SellerOrderState | "", string])[] = [
  ["", "All"],
  ["placed", "New"],
  ["accepted", "Being packed"],
  ["partly_shipped", "Partly on its way"],
  ["shipped", "On its way"],
  ["delivered", "Delivered"],
  ["cancelled", "Cancelled"],
  ["rejected", "Rejected"],
];

/** What customers ordered from one's own shop. A new order appears by itself. */
export function SellerOrders(): JSX.Element {
  useTitle("Orders to send");
  return (
    <SellerPage title="Orders">
      <List />
    </SellerPage>
  );
}

function List(): JSX.Element {
  const [state, setState] = useState<SellerOrderState | "">("");
  const list = usePages<Order>(`seller orders ${state}`, (cursor) => call("orders.list_for_seller", { state: state || null, cursor }));
  const news = shopNews.value;
  useEffect(() => {
    if (news > 0) list.again();
  }, [news]);
  return (
    <>
      <form class="filters" aria-label="Which orders" onSubmit={(event) => event.preventDefault()}>
        <Choice label="State" value={state} set={(value) => setState(value as SellerOrderState | "")} options={STATES} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && (state ? <Empty title="None stands so" /> : <Empty title="No orders yet">They appear here as they are paid.</Empty>)}
      <ul class="rows">
        {list.items?.map((order) => (
          <li key={order.id}>
            <a class="row" href={`/seller/orders/${order.id}`}>
              <div class="row-main">
                <p class="row-title">{order.lines.map((line) => line.title).join(", ")}</p>
                <p class="soft">
                  {order.number} · {day(order.placed_at)} · {count(order.lines.reduce((sum, line) => sum + line.quantity, 0), "unit")}
                </p>
              </div>
              <p class="row-end">
                <strong>{money(order.total)}</strong>
                <OrderBadge order={order.parts[0] ?? order} />
              </p>
            </a>
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}
