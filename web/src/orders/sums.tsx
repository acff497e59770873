import type { JSX } from "preact";
import type { Order } from "../contract";
import { money } from "../core/format";
import { Untaxed } from "../parts/untaxed";

/** What was paid, and what of it for what. */
export function OrderSums({ order }: { order: Order }): JSX.Element {
  const { currency } = order.total;
  return (
    <>
      <dl class="sums order-sums">
        {order.shipping.map((it) => (
          <div key={it.seller_id}>
            <dt>Shipping, {it.name}</dt>
            <dd>{it.total.amount === 0 ? "Free" : money(it.total)}</dd>
          </div>
        ))}
        {order.discount > 0 && (
          <div class="sum-less">
            <dt>Discounts</dt>
            <dd>{money({ amount: -order.discount, currency })}</dd>
          </div>
        )}
        {order.tax > 0 && (
          <div class="soft">
            <dt>Taxes included</dt>
            <dd>{money({ amount: order.tax, currency })}</dd>
          </div>
        )}
        <div class="sum-total">
          <dt>Total, paid</dt>
          <dd>{money(order.total)}</dd>
        </div>
        {order.refunded > 0 && (
          <div class="sum-less">
            <dt>Refunded</dt>
            <dd>{money({ amount: order.refunded, currency })}</dd>
          </div>
        )}
      </dl>
      <Untaxed of={order} />
    </>
  );
}
