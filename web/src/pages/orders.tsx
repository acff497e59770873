import type { JSX } from "preact";
import type { Order } from "../contract";
import { call } from "../core/api";
import { orders } from "../core/belongings";
import { usePages } from "../core/loading";
import { OrderRow, units } from "../orders/row";
import { OrderTabs } from "../orders/tabs";
import { More } from "../parts/more";
import { SignedInOnly, useTitle } from "../parts/page";
import { Empty, Loading } from "../parts/states";

/** One's own orders, the newest first. A new one appears by itself. */
export function Orders(): JSX.Element {
  useTitle("My orders");
  return (
    <SignedInOnly>
      <section class="middle">
        <OrderTabs />
        <h1>My orders</h1>
        <List />
      </section>
    </SignedInOnly>
  );
}

function List(): JSX.Element {
  const list = usePages("orders", (cursor) => call("orders.list", { cursor }));
  if (list.items === undefined && list.error === undefined) return <Loading />;
  const shown = merged(orders.value, list.items ?? []);
  return (
    <>
      {shown.length === 0 && list.error === undefined && (
        <Empty title="No orders yet">
          What you buy appears here at once. <a href="/sales">See the flash sales</a>
        </Empty>
      )}
      <ul class="rows">
        {shown.map((order) => (
          <OrderRow key={order.id} order={order} href={`/orders/${order.id}`} more={units(order)} />
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

/** What the stream told, and what was fetched, each order once, the newest first. */
function merged(live: readonly Order[], fetched: readonly Order[]): readonly Order[] {
  const known = new Map([...fetched, ...live].map((order) => [order.id, order]));
  // Never older than what was fetched so far: the pages in between are still to come.
  const oldest = fetched.at(-1)?.placed_at ?? "";
  return [...known.values()].filter((order) => order.placed_at >= oldest).sort((a, b) => b.placed_at.localeCompare(a.placed_at));
}
