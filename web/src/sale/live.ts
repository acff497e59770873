import type { FlashSale, Phase } from "../contract";
import { serverNow } from "../core/clock";
import { useServerNow } from "../core/ticking";
import { useWatched } from "../core/watching";
import { nextMoment, phaseAt } from "./stage";

export interface LiveSale {
  sale: FlashSale;
  phase: Phase;
  /** Milliseconds until it starts, or ends. */
  remaining: number;
}

/** A sale with its newest state (`watched`), at the server's time: it renders anew each second and exactly when its phase changes. */
export function useLiveSale(known: FlashSale, watched = true): LiveSale {
  const sale = useWatched("sale", watched ? known.id : undefined).state?.sale ?? known;
  const target = nextMoment(sale, serverNow());
  const now = useServerNow(target);
  return { sale, phase: phaseAt(sale, now), remaining: nextMoment(sale, now) - now };
}
