import type { JSX } from "preact";
import type { Payout } from "../contract";
import { Badge } from "./states";

const STATES: Readonly<Record<Payout["state"], readonly ["warm" | "good" | "bad", string]>> = { pending: ["warm", "On its way"], paid: ["good", "Paid"], failed: ["bad", "Failed"] };

/** Where a payout stands. */
export function PayoutBadge({ payout }: { payout: Payout }): JSX.Element {
  const [tone, word] = STATES[payout.state];
  return <Badge tone={tone}>{word}</Badge>;
}
