import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import type { Order } from "../contract";
import { call } from "../core/api";
import { moment, money, optionText } from "../core/format";
import { useLoaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { useWatched } from "../core/watching";
import { SignedInOnly, useTitle } from "../parts/page";
import { Loading, Trouble } from "../parts/states";
import { NotFound } from "./not-found";
import { OrderBadge } from "./orders";

/** One order, live. */
export function OrderPage(): JSX.Element {
  return (
    <SignedInOnly>
      <Shown />
    </SignedInOnly>
  );
}

function Shown(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("orders.show", { order_id: id }));
  const live = useWatched("order", loaded.value?.id);
  const order = live.state ?? loaded.value;
  useTitle(order ? `Order ${order.number}` : "Order");
  if (problemOf(loaded.error, "orders.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  return order ? <OrderView order={order} /> : <Loading />;
}

function OrderView({ order }: { order: Order }): JSX.Element {
  return (
    <article class="middle">
      <p>
        <a href="/orders">My orders</a>
      </p>
      <div class="title-row">
        <h1>Order {order.number}</h1>
        <OrderBadge order={order} />
      </div>
      <p class="soft">
        Placed on <time dateTime={order.placed_at}>{moment(order.placed_at)}</time>
      </p>
      <div class="panel">
        <ul class="lines">
          {order.lines.map((line) => (
            <li key={line.variant_id}>
              <div>
                <p class="row-title">{line.title}</p>
                <p class="soft">
                  {optionText(line.options) || line.sku} · {line.quantity} × {money(line.unit_price)}
                </p>
              </div>
              <p>{money(line.total)}</p>
            </li>
          ))}
        </ul>
        <p class="total">
          <span>Total, paid</span>
          <strong>{money(order.total)}</strong>
        </p>
      </div>
    </article>
  );
}
