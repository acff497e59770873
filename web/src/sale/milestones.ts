import { useEffect, useRef } from "preact/hooks";
import type { Phase } from "../contract";
import { announce } from "../core/announce";
import { spoken } from "../core/format";
import type { LiveSale } from "./live";

// What is worth interrupting a listener for.
const MOMENTS = [3_600_000, 600_000, 60_000, 30_000, 10_000];
const LEFT = [10, 5, 3, 2, 1, 0];

const PHASES: Readonly<Record<Phase, string>> = {
  upcoming: "The sale has not started yet.",
  open: "The sale is open.",
  ended: "The sale is over.",
  cancelled: "The sale was cancelled.",
};

/** Tell who listens when time or units run low, and when the sale opens or ends. */
export function useMilestones({ sale, phase, remaining }: LiveSale): void {
  const moment = MOMENTS.findLast((it) => remaining <= it);
  const few = LEFT.findLast((it) => sale.left <= it);
  useChange(phase, () => announce(PHASES[phase]));
  useChange(moment, () => {
    if (moment === undefined || remaining <= 0) return;
    if (phase === "upcoming") announce(`The sale opens in ${spoken(remaining)}.`);
    if (phase === "open") announce(`The sale ends in ${spoken(remaining)}.`);
  });
  useChange(few, () => {
    if (phase !== "open" || few === undefined) return;
    announce(sale.left === 0 ? "No units left right now." : sale.left === 1 ? "The last unit is left." : `${sale.left} units left.`);
  });
}

/** Do something when a value changes, not when it is first there. */
function useChange(value: unknown, changed: () => void): void {
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    changed();
  }, [value]);
}
