import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Id, Order } from "../contract";
import { call } from "../core/api";
import { usePages } from "../core/loading";
import { DisputeRows } from "../disputes/list";
import { More } from "../parts/more";
import { ReturnRows } from "../returns/list";

/** What came of a guest's order: who has an account finds theirs in lists of their own. */
export function GuestMatters({ order, orderKey }: { order: Order; orderKey: Id }): JSX.Element | null {
  const returns = usePages(`returns ${orderKey}`, (cursor) => call("returns.list_guest", { order_key: orderKey, cursor }));
  const disputes = usePages(`disputes ${orderKey}`, (cursor) => call("disputes.list_guest", { order_key: orderKey, cursor }));
  // Whatever is told of the order makes it another object.
  useEffect(() => {
    returns.again();
    disputes.again();
  }, [order]);
  const base = `/orders/guest/${orderKey}`;
  if (!returns.items?.length && !disputes.items?.length) return null;
  return (
    <section class="panel" aria-labelledby="matters">
      <h2 id="matters">Returns and disputes</h2>
      <ReturnRows items={returns.items ?? []} base={`${base}/returns`} />
      <More list={returns} />
      <DisputeRows items={disputes.items ?? []} base={`${base}/disputes`} />
      <More list={disputes} />
    </section>
  );
}
