import type { JSX } from "preact";
import type { OrderState, SellerOrderState } from "../contract";
import { Badge } from "../parts/states";

type Tone = "calm" | "good" | "warm" | "bad";

const STATES: Readonly<Record<OrderState | SellerOrderState, readonly [Tone, string]>> = {
  paid: ["good", "Paid"],
  placed: ["warm", "Placed"],
  accepted: ["good", "Being packed"],
  partly_shipped: ["warm", "Partly on its way"],
  shipped: ["good", "On its way"],
  delivered: ["good", "Delivered"],
  rejected: ["bad", "Rejected"],
  cancelled: ["calm", "Cancelled"],
};

/** Where an order stands, or one seller's part of it. */
export function OrderBadge({ order }: { order: { state: OrderState | SellerOrderState } }): JSX.Element {
  const [tone, word] = STATES[order.state];
  return <Badge tone={tone}>{word}</Badge>;
}
