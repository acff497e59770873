import type { ComponentChildren, JSX } from "preact";
import { me } from "../../core/session";
import { sells } from "../../parts/layout";
import { SignedInOnly } from "../../parts/page";
import { Empty } from "../../parts/states";
import { Subtabs } from "../../parts/subtabs";

const SALES = ["/seller/sales", "Sales"] as const;
// For who has a shop; another page is another line here, and a route in app.tsx.
const OWN = [
  ["/seller/orders", "Orders"],
  ["/seller/products", "Products"],
  ["/seller/stock", "Stock"],
  ["/seller/coupons", "Coupons"],
  ["/seller/earnings", "Earnings"],
] as const;

/** A page for who sells. */
export function SellerPage({ title, action, children }: { title: string; action?: ComponentChildren; children: ComponentChildren }): JSX.Element {
  return (
    <SignedInOnly>
      <section class="wide">
        <Subtabs label="Selling" tabs={me.value?.seller_id ? [SALES, ...OWN] : [SALES]} />
        <div class="title-row">
          <h1>{title}</h1>
          {action}
        </div>
        {sells() ? children : <Empty title="You have no shop">This page is for sellers.</Empty>}
      </section>
    </SignedInOnly>
  );
}
