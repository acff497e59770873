import type { JSX } from "preact";
import { me } from "../../core/session";
import { useTitle } from "../../parts/page";
import { ShippingRates } from "../../parts/shipping-rates";
import { SellerPage } from "./tabs";

/** What sending costs the customers of one's own shop. */
export function SellerShipping(): JSX.Element {
  useTitle("Shipping");
  const id = me.value?.seller_id;
  return (
    <SellerPage title="Shipping">
      <p class="soft">A delivery of yours costs what you say here; where you say nothing, the marketplace's rates count. A checkout with goods of several sellers offers what all of them have.</p>
      {id && <ShippingRates sellerId={id} />}
    </SellerPage>
  );
}
