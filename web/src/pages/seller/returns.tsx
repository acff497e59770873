import type { JSX } from "preact";
import { useTitle } from "../../parts/page";
import { ReturnList } from "../../returns/list";
import { SellerPage } from "./tabs";

/** What customers want to give back to one's own shop. */
export function SellerReturns(): JSX.Element {
  useTitle("Returns");
  return (
    <SellerPage title="Returns">
      <ReturnList side="seller" base="/seller/returns" empty="Customers ask for them once their goods have arrived." />
    </SellerPage>
  );
}
