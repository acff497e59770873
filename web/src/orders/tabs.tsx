import type { JSX } from "preact";
import { Subtabs } from "../parts/subtabs";

/** What one has bought, and what came of it. */
export function OrderTabs(): JSX.Element {
  return (
    <Subtabs
      label="Bought"
      tabs={[
        ["/orders", "Orders"],
        ["/returns", "Returns"],
        ["/disputes", "Disputes"],
      ]}
    />
  );
}
