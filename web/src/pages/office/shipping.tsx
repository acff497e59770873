import type { JSX } from "preact";
import { ShippingRates } from "../../parts/shipping-rates";
import { OfficePage } from "./frame";

/** What sending costs from sellers who have no rate of their own. */
export function Shipping(): JSX.Element {
  return (
    <OfficePage title="Shipping">
      <p class="soft">These hold for every seller who has no rate of the same name. Until one is set here, Standard and Express are offered at the rates that the shop comes with.</p>
      <ShippingRates sellerId={null} />
    </OfficePage>
  );
}
