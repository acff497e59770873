import type { PaymentState } from "../contract";

/** How a payment's state is called, and how it is coloured. */
export const PAYMENT_STATES: Readonly<Record<PaymentState, readonly ["calm" | "good" | "warm" | "bad", string]>> = {
  pending: ["warm", "Pending"],
  needs_action: ["warm", "Not confirmed yet"],
  succeeded: ["good", "Paid"],
  failed: ["bad", "Failed"],
  refunding: ["warm", "Refund on its way"],
  refunded: ["calm", "Refunded"],
};

const METHODS: Readonly<Record<string, string>> = { bank_transfer: "Bank transfer", browser: "Card", nothing: "Nothing to pay", none: "No card" };

/** What a payment was made with. */
export function methodTitle(method: string): string {
  return METHODS[method] ?? (method.startsWith("pm_") ? "Card" : method);
}
