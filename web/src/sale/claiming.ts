import { useEffect, useRef, useState } from "preact/hooks";
import type { Claim, FlashSale, Id } from "../contract";
import { announce, whisper } from "../core/announce";
import { call } from "../core/api";
import { addClaims, beginnings, claims, replaceClaims } from "../core/belongings";
import { heard, serverNow } from "../core/clock";
import { socket } from "../core/connection";
import { newId } from "../core/ids";
import { useLoaded, useWhenBack } from "../core/loading";
import { NoAnswer, problemOf, Refused } from "../core/problem";
import { me } from "../core/session";
import { recall, remember } from "../core/storage";
import { proofFor } from "./proof";

/** What somebody wanted to claim, kept until the shop has answered, even over a reload: its id makes it count once. */
interface Intent {
  claimId: Id;
  quantity: number;
  at: number;
}

const key = (saleId: Id): string => `claim ${saleId}`;
// A tab or a line that comes back within this time goes on with what was wanted; later it asks again. A server that was
// killed on a very busy machine was seen to need three minutes until it was there again.
const STILL_WANTED = 300_000;
const PATIENCE = 30_000;

/** The claims of the person who is here in a sale, by place; `known` once all of them are. */
export function useMyClaims(saleId: Id): { mine: readonly Claim[]; known: boolean } {
  const person = me.value?.id;
  const fetched = useLoaded(person ? `claims ${person} ${saleId} ${beginnings.value}` : "", () => call("flash_sales.my_claims", { sale_id: saleId }));
  useEffect(() => {
    if (fetched.value) addClaims(fetched.value);
  }, [fetched.value]);
  const ever = useRef(false);
  ever.current ||= fetched.value !== undefined || fetched.error !== undefined;
  const mine = [...claims.value.values()].filter((claim) => claim.sale_id === saleId && claim.customer_id === person);
  return { mine: mine.sort((a, b) => a.place - b.place), known: me.value === null || ever.current };
}

export interface Claiming {
  busy: boolean;
  error: unknown;
  /** The quantity of a claim that was sent and has no answer yet; only that may be asked for again. */
  unanswered: number | undefined;
  claim: (quantity: number) => void;
}

/** Claim units of a sale. */
export function useClaiming(sale: FlashSale): Claiming {
  const saleId = sale.id;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const intent = recall<Intent>(key(saleId));

  const send = async (wanted: Intent): Promise<void> => {
    remember(key(saleId), wanted);
    setBusy(true);
    setError(undefined);
    try {
      const claim = await claimUnits(sale, wanted);
      remember(key(saleId), undefined);
      addClaims([claim]);
      whisper("It is on hold for you. Pay before the time runs out.");
    } catch (problem) {
      if (problem instanceof Refused) remember(key(saleId), undefined);
      setError(problem);
    }
    setBusy(false);
  };
  const goOn = (): void => {
    if (me.value && intent && Date.now() - intent.at < STILL_WANTED) void send(intent);
  };
  useEffect(goOn, [me.value?.id]);
  useWhenBack(error instanceof NoAnswer, goOn);

  return {
    busy,
    error,
    unanswered: busy ? undefined : intent?.quantity,
    claim: (quantity) => void send(intent ?? { claimId: newId(), quantity, at: Date.now() }),
  };
}

// Whose click was a blink early by the server's clock is not sent away but asked for again at the start.
const A_BLINK = 3_000;

async function claimUnits(sale: FlashSale, { claimId, quantity }: Intent): Promise<Claim> {
  const command = { sale_id: sale.id, claim_id: claimId, quantity, proof: await proofFor(sale) };
  for (;;) {
    try {
      return await call("flash_sales.claim", command, PATIENCE);
    } catch (error) {
      const early = problemOf(error, "flash_sales.not_open");
      if (!early || early.phase !== "upcoming") throw error;
      heard(early.now);
      const wait = Date.parse(early.start_time) - Math.max(Date.parse(early.now), serverNow());
      if (wait > A_BLINK) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.max(20, wait)));
    }
  }
}

/** Give held units back. Throws `Refused` or `NoAnswer`. */
export async function giveBack(claim: Claim): Promise<void> {
  const given = await call("flash_sales.give_back", { sale_id: claim.sale_id, claim_id: claim.id });
  if (socket.state !== "connected") replaceClaims([given]);
  announce("Given back. Somebody else can have it now.");
}
