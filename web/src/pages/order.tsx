import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useEffect, useMemo } from "preact/hooks";
import type { Order } from "../contract";
import { call } from "../core/api";
import { day, moment, money, optionText } from "../core/format";
import { useLoaded, type Loaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { useWatched } from "../core/watching";
import { OrderBadge } from "../orders/badge";
import { CancelOrder } from "../orders/cancel";
import { CancelUnits } from "../orders/cancel-units";
import { Destination } from "../orders/destination";
import { useHolder } from "../orders/holder";
import { GuestMatters } from "../orders/matters";
import { NoteOnOrder } from "../orders/note";
import { Papers } from "../orders/papers";
import { Parts } from "../orders/parts";
import { OrderSums } from "../orders/sums";
import { Reorder } from "../orders/reorder";
import { Timeline } from "../orders/timeline";
import { isReturnable } from "../returns/units";
import { SignedInOnly, useTitle } from "../parts/page";
import { Loading, Told, Trouble } from "../parts/states";
import { NotFound } from "./not-found";

/** One order, live. */
export function OrderPage(): JSX.Element {
  return (
    <SignedInOnly>
      <Own />
    </SignedInOnly>
  );
}

function Own(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("orders.show", { order_id: id }));
  const live = useWatched("order", loaded.value?.id).state;
  return <Shown loaded={loaded} live={live} />;
}

function newest(one: Order, other: Order): Order {
  return one.version < other.version ? other : one;
}

/** A guest's order, live, to whoever has its key. */
export function GuestOrderPage(): JSX.Element {
  const key = useRoute().params.key ?? "";
  const loaded = useLoaded(key, () => call("orders.show_guest", { order_key: key }));
  const live = useWatched("guest_order", loaded.value && key).state;
  return <Shown loaded={loaded} live={live} />;
}

function Shown({ loaded, live }: { loaded: Loaded<Order>; live: Order | undefined }): JSX.Element {
  // What is told later has no address: the log, which is kept for ever, names nobody. It is read again, with the taxes that are known only with it.
  const order = useMemo(() => {
    const read = loaded.value;
    return live && read ? { ...newest(live, read), address: read.address, lines: read.lines, tax: read.tax } : read;
  }, [live, loaded.value]);
  useEffect(() => {
    if (live && loaded.value && live.version > loaded.value.version) loaded.again();
  }, [live]);
  useTitle(order ? `Order ${order.number}` : "Order");
  if (problemOf(loaded.error, "orders.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  return order ? <OrderView order={order} again={loaded.again} /> : <Loading />;
}

function OrderView({ order, again }: { order: Order; again: () => void }): JSX.Element {
  const { query } = useRoute();
  const holder = useHolder();
  const key = holder.keyed.order_key;
  return (
    <article class="middle">
      {!key && (
        <p>
          <a href="/orders">My orders</a>
        </p>
      )}
      {"new" in query && <Told text={key ? `Thank you for your order. Bookmark this page: it always shows how it stands. We have also written to ${order.email}.` : "Thank you for your order."} />}
      <div class="title-row">
        <h1>Order {order.number}</h1>
        <OrderBadge order={order} />
      </div>
      <p class="soft">
        Placed on <time dateTime={order.placed_at} title={moment(order.placed_at)}>{day(order.placed_at)}</time>
      </p>
      <div class="panel">
        <ul class="lines">
          {order.lines.map((line) => (
            <li key={line.id}>
              <div>
                <p class="row-title">
                  <a href={`/p/${line.product_id}`}>{line.title}</a>
                </p>
                <p class="soft">
                  {[optionText(line.options), `${line.quantity} × ${money(line.unit_price)}`].filter(Boolean).join(" · ")}
                </p>
              </div>
              <p>{money(line.total)}</p>
            </li>
          ))}
        </ul>
        <OrderSums order={order} />
      </div>
      <Parts order={order} named />
      {key && <GuestMatters order={order} orderKey={key} />}
      <Timeline order={order}>{!key && <NoteOnOrder order={order} to={order.parts.length > 1 ? "the sellers" : "the seller"} changed={again} />}</Timeline>
      <Papers order={order} />
      <Destination order={order} changed={again} />
      <div class="actions">
        <Reorder order={order} />
        {isReturnable(order) && (
          <a class="button button-quiet" href={`${holder.order(order.id)}/return`}>
            Return items
          </a>
        )}
        <CancelOrder order={order} changed={again} />
        <CancelUnits order={order} parts={order.parts.filter((it) => it.state === "placed")} open="Cancel some of it" changed={again} />
        <a class="button button-quiet" href={`${holder.order(order.id)}/dispute`}>
          Report a problem
        </a>
      </div>
    </article>
  );
}
