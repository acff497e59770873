import type { Claim, FlashSale, Phase } from "../contract";

const ORDER: readonly Phase[] = ["upcoming", "open", "ended", "cancelled"];

/**
 * Where a sale stands at the server's time `now`.
 *
 * It goes by the clock between two states of the server, and never behind what the server said last.
 */
export function phaseAt(sale: FlashSale, now: number): Phase {
  const byClock: Phase = now < Date.parse(sale.start_time) ? "upcoming" : now < Date.parse(sale.end_time) ? "open" : "ended";
  return ORDER.indexOf(sale.phase) > ORDER.indexOf(byClock) ? sale.phase : byClock;
}

/** Whether nothing is to be expected of a sale any more. A list need not watch it. */
export function isOver(sale: FlashSale): boolean {
  return sale.phase === "ended" || sale.phase === "cancelled";
}

/** What the page counts down to: the start, then the end. */
export function nextMoment(sale: FlashSale, now: number): number {
  const start = Date.parse(sale.start_time);
  return now < start ? start : Date.parse(sale.end_time);
}

/** Whether a claim keeps units that are not paid for yet. */
export function isActive(claim: Claim): boolean {
  return claim.state === "held" || claim.state === "paying";
}

/** The units that somebody holds or has bought, which is what the limit of a customer counts. */
export function unitsOf(claims: readonly Claim[]): number {
  return claims.filter((claim) => isActive(claim) || claim.state === "paid").reduce((sum, claim) => sum + claim.quantity, 0);
}
