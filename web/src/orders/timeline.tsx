import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { EntryKind, Order, Side, TimelineEntry } from "../contract";
import { call } from "../core/api";
import { day, money } from "../core/format";
import { usePages } from "../core/loading";
import { More } from "../parts/more";
import { useHolder } from "./holder";

const KINDS: Readonly<Record<EntryKind, string>> = {
  accepted: "Accepted: it is being packed",
  rejected: "Rejected",
  cancelled: "Cancelled",
  shipped: "Sent",
  delivered: "Delivered",
  returned: "Sent back",
  address_corrected: "The address was corrected",
  noted: "A note",
  refunded: "Money went back",
  dispute_lost: "The bank gave the money back",
};

const SIDES: Readonly<Record<Side, string>> = { customer: "by the customer", seller: "by the seller", shop: "by the shop", system: "" };

/** What happened to an order since it was placed, live. */
export function Timeline({ order, children }: { order: Order; children?: ComponentChildren }): JSX.Element {
  const { order_key } = useHolder().keyed;
  const list = usePages<TimelineEntry>(`events ${order.id}`, (cursor) => (order_key ? call("orders.events_guest", { order_key, cursor }) : call("orders.events", { order_id: order.id, cursor })));
  useEffect(() => list.again(), [order]);
  return (
    <section class="panel" aria-labelledby="timeline">
      <h2 id="timeline">History</h2>
      <ol class="timeline">
        <li>
          <p>Ordered and paid</p>
          <p class="soft">{day(order.placed_at)}</p>
        </li>
        {list.items?.map((entry) => (
          <li key={`${entry.id} ${entry.kind} ${entry.seller_id}`}>
            <p>
              {KINDS[entry.kind]}
              {entry.amount && ` · ${money(entry.amount)}`}
            </p>
            {entry.note && <p class="review-text">{entry.note}</p>}
            <p class="soft">{[day(entry.at), SIDES[entry.by]].filter(Boolean).join(" ")}</p>
          </li>
        ))}
      </ol>
      <More list={list} />
      {children}
    </section>
  );
}
