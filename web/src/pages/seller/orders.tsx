import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Order, SellerOrderState } from "../../contract";
import { call } from "../../core/api";
import { shopNews } from "../../core/belongings";
import { usePages } from "../../core/loading";
import { OrderRow, units } from "../../orders/row";
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
          <OrderRow key={order.id} order={order} href={`/seller/orders/${order.id}`} more={units(order)} stands={order.parts[0]} />
        ))}
      </ul>
      <More list={list} />
    </>
  );
}
