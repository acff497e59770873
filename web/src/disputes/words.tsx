import type { JSX } from "preact";
import type { DisputeReason, OrderDispute, OrderDisputeState, ReturnSide } from "../contract";
import { Badge } from "../parts/states";

type Tone = "calm" | "good" | "warm" | "bad";

const STATES: Readonly<Record<OrderDisputeState, readonly [Tone, string]>> = {
  open: ["warm", "Open"],
  refunding: ["warm", "Refund on its way"],
  resolved: ["good", "Decided"],
};

export const DISPUTE_REASONS: Readonly<Record<DisputeReason, string>> = {
  not_arrived: "It has not arrived",
  not_as_described: "It is not as described",
  defective: "It does not work",
  return: "A problem with a return",
  other: "Something else",
};

export const SIDES: Readonly<Record<ReturnSide, string>> = { customer: "The customer", seller: "The seller", manager: "The shop" };

/** Where a dispute stands. */
export function DisputeBadge({ dispute }: { dispute: OrderDispute }): JSX.Element {
  const [tone, word] = STATES[dispute.state];
  return <Badge tone={tone}>{word}</Badge>;
}
