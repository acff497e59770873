import type { JSX } from "preact";
import type { Return, ReturnReason, ReturnState } from "../contract";
import { Badge } from "../parts/states";

type Tone = "calm" | "good" | "warm" | "bad";

export const RETURN_STATES: Readonly<Record<ReturnState, readonly [Tone, string]>> = {
  requested: ["warm", "Requested"],
  approved: ["good", "Approved"],
  rejected: ["bad", "Rejected"],
  cancelled: ["calm", "Cancelled"],
  sent: ["warm", "On its way back"],
  received: ["good", "Received"],
  refunding: ["warm", "Refund on its way"],
  refunded: ["good", "Refunded"],
  exchanged: ["good", "Exchanged"],
};

export const REASONS: Readonly<Record<ReturnReason, string>> = {
  damaged: "It arrived damaged",
  defective: "It does not work",
  wrong_item: "It is not what I ordered",
  not_as_described: "It is not as described",
  arrived_late: "It arrived too late",
  unwanted: "I have changed my mind",
  other: "Something else",
};

/** Where a return stands. */
export function ReturnBadge({ rma }: { rma: Return }): JSX.Element {
  const [tone, word] = RETURN_STATES[rma.state];
  return <Badge tone={tone}>{word}</Badge>;
}

/** What a customer can expect next. */
export function nextForCustomer(rma: Return): string {
  switch (rma.state) {
    case "requested":
      return "The seller decides about it. Keep the goods until then.";
    case "approved":
      return `Pack the goods, write ${rma.number} on the parcel, send it, and say so here.`;
    case "sent":
      return "The seller looks at the goods when they arrive.";
    case "received":
      return rma.lines.some((it) => it.exchange_for) ? "The goods have come. The seller sends the others, or gives the money back." : "The goods have come. The seller gives the money back.";
    case "refunding":
      return "The bank has been asked; the money is on its way to you.";
    case "exchanged":
      return rma.replacement_tracking ? `The other goods are on their way: ${rma.replacement_tracking}.` : "The other goods are set aside for you, and will be sent.";
    case "refunded":
      return "The money was given back the way you paid.";
    case "rejected":
      return "The seller has refused it.";
    case "cancelled":
      return "You keep the goods.";
  }
}
