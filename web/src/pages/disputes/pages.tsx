import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { DisputeList } from "../../disputes/list";
import { DisputeView } from "../../disputes/dispute";
import { BoughtPage } from "../../orders/holder";
import { useTitle } from "../../parts/page";

/** One's own disputes. */
export function Disputes(): JSX.Element {
  useTitle("My disputes");
  return (
    <BoughtPage>
      <h1>My disputes</h1>
      <DisputeList side="customer" base="/disputes" empty="Where you and a seller do not agree about an order or a return, open one on its page." />
    </BoughtPage>
  );
}

/** One of one's own disputes, or of a guest's order. */
export function DisputePage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  return (
    <BoughtPage>
      <h1>Dispute</h1>
      <DisputeView id={id} side="customer" />
    </BoughtPage>
  );
}
