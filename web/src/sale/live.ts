import type { FlashSale, Phase, SaleLine } from "../contract";
import { serverNow } from "../core/clock";
import { useServerNow } from "../core/ticking";
import { useWatched } from "../core/watching";
import { nextMoment, phaseAt } from "./stage";

export interface LiveSale {
  sale: FlashSale;
  /** Who waits: empty until the first state is there. */
  line: SaleLine;
  phase: Phase;
  /** Milliseconds until it starts, or ends. */
  remaining: number;
}

const NOBODY: SaleLine = { waiting: 0, lobby: 0, front: 0, marks: [], returns: [], unpaid: 0 };

/** A sale with its newest state (`watched`), at the server's time: it renders anew each second and exactly when its phase changes. */
export function useLiveSale(known: FlashSale, watched = true): LiveSale {
  const state = useWatched("sale", watched ? known.id : undefined).state;
  const sale = state?.sale ?? known;
  const target = nextMoment(sale, serverNow());
  const now = useServerNow(target);
  return { sale, line: state?.line ?? NOBODY, phase: phaseAt(sale, now), remaining: nextMoment(sale, now) - now };
}
