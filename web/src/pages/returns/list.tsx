import type { JSX } from "preact";
import { OrderTabs } from "../../orders/tabs";
import { SignedInOnly, useTitle } from "../../parts/page";
import { ReturnList } from "../../returns/list";

/** One's own returns. */
export function Returns(): JSX.Element {
  useTitle("My returns");
  return (
    <SignedInOnly>
      <section class="middle">
        <OrderTabs />
        <h1>My returns</h1>
        <ReturnList side="customer" base="/returns" empty="What has arrived can be returned from its order's page." />
      </section>
    </SignedInOnly>
  );
}
