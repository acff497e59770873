import type { FlashSale, LineEstimate, SaleLine } from "../contract";

/**
 * How many wait ahead of the place with this number: exact at the marks, interpolated (rounded down) between them.
 *
 * The same rule as `fastshop.fairness.ahead_of` of the SDK.
 */
export function aheadOf(line: SaleLine, number: number): number {
  const after = line.marks.findIndex((mark) => mark.number > number);
  const low = line.marks[(after < 0 ? line.marks.length : after) - 1];
  if (!low) return 0;
  if (low.number === number) return low.ahead;
  const high = line.marks[after];
  if (!high) return line.waiting;
  const between = high.ahead - low.ahead - 1;
  return low.ahead + 1 + Math.floor((between * (number - low.number - 1)) / (high.number - low.number - 1));
}

/** When, and how likely, units come free for a place with so many ahead: `fastshop.fairness.estimate` of the SDK. */
export function estimate({ line, left }: FlashSale & { line: SaleLine }, ahead: number): LineEstimate {
  const needed = ahead + 1 - left;
  const onHold = line.returns.at(-1)?.units ?? 0;
  const earliest = line.returns.find((it) => it.units >= needed)?.time ?? null;
  return { earliest, likely: atLeast(needed, onHold, line.unpaid) };
}

/** How likely at least so many of the trials come out, each with this likelihood (by the normal distribution). */
function atLeast(needed: number, trials: number, share: number): number {
  if (needed <= 0) return 1;
  if (needed > trials) return 0;
  const spread = Math.sqrt(trials * share * (1 - share));
  if (spread === 0) return needed <= trials * share ? 1 : 0;
  return 1 - normal((needed - 0.5 - trials * share) / spread);
}

/** The standard normal distribution, by the logistic curve that stays within 0.01 of it: as exact as an estimate is. */
function normal(x: number): number {
  return 1 / (1 + Math.exp(-1.702 * x));
}

/** What to tell a person of their chances. */
export function chances({ likely }: LineEstimate): string {
  if (likely >= 0.85) return "Very likely to reach you";
  if (likely >= 0.5) return "Likely to reach you";
  if (likely >= 0.15) return "May reach you";
  return "A long shot, but you keep your place";
}
