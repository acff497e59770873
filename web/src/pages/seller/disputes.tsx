import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { DisputeView } from "../../disputes/dispute";
import { DisputeList } from "../../disputes/list";
import { useTitle } from "../../parts/page";
import { SellerPage } from "./tabs";

/** The disputes of customers with one's own shop. */
export function SellerDisputes(): JSX.Element {
  useTitle("Disputes");
  return (
    <SellerPage title="Disputes">
      <DisputeList side="seller" base="/seller/disputes" empty="Nobody complains about your shop." />
    </SellerPage>
  );
}

/** One of them: what the seller answers. */
export function SellerDisputePage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  return (
    <SellerPage title="Dispute">
      <DisputeView id={id} side="seller" />
    </SellerPage>
  );
}
