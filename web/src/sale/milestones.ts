import { useEffect, useRef } from "preact/hooks";
import type { Phase } from "../contract";
import { whisper } from "../core/announce";
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

/** Tell who listens when time or units run low, and when the sale opens or ends. Nothing is told when it is first seen. */
export function useMilestones({ sale, phase, remaining }: LiveSale): void {
  const moment = MOMENTS.findLast((it) => remaining <= it);
  const few = LEFT.findLast((it) => sale.left <= it);
  const before = useRef({ phase, moment, few });
  useEffect(() => {
    const was = before.current;
    before.current = { phase, moment, few };
    if (was.phase !== phase) whisper(PHASES[phase]);
    else announceAll(was.moment !== moment && time(phase, remaining), was.few !== few && units(phase, sale.left));
  }, [phase, moment, few]);
}

function announceAll(...sentences: (string | false)[]): void {
  const text = sentences.filter(Boolean).join(" ");
  if (text) whisper(text);
}

function time(phase: Phase, remaining: number): string {
  if (phase === "upcoming") return `The sale opens in ${spoken(remaining)}.`;
  return phase === "open" ? `The sale ends in ${spoken(remaining)}.` : "";
}

function units(phase: Phase, left: number): string {
  if (phase !== "open") return "";
  return left === 0 ? "No units left right now." : left === 1 ? "One unit is left." : `${left} units left.`;
}
