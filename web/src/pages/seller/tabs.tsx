import type { ComponentChildren, JSX } from "preact";
import { me } from "../../core/session";
import { sells } from "../../parts/layout";
import { SignedInOnly } from "../../parts/page";
import { Empty } from "../../parts/states";

/** A page for who sells. */
export function SellerPage({ at, title, action, children }: { at: "sales" | "products"; title: string; action?: ComponentChildren; children: ComponentChildren }): JSX.Element {
  return (
    <SignedInOnly>
      <section class="wide">
        <nav class="subtabs" aria-label="Selling">
          <a href="/seller/sales" aria-current={at === "sales" ? "page" : undefined}>
            Sales
          </a>
          {me.value?.seller_id && (
            <a href="/seller/products" aria-current={at === "products" ? "page" : undefined}>
              Products
            </a>
          )}
        </nav>
        <div class="title-row">
          <h1>{title}</h1>
          {action}
        </div>
        {sells() ? children : <Empty title="You have no shop">This page is for sellers.</Empty>}
      </section>
    </SignedInOnly>
  );
}
