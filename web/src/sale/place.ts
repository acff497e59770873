import { useEffect, useState } from "preact/hooks";
import type { FlashSale, Id, Place } from "../contract";
import { announce, whisper } from "../core/announce";
import { call } from "../core/api";
import { addClaims, addPlaces, beginnings, isWaiting, places } from "../core/belongings";
import { line, socket } from "../core/connection";
import { newId } from "../core/ids";
import { useLoaded, useWhenBack } from "../core/loading";
import { NoAnswer, problemOf, Refused } from "../core/problem";
import { me } from "../core/session";
import { recall, remember } from "../core/storage";
import type { LiveSale } from "./live";
import { proofFor } from "./proof";

// After the draw everybody wants to know their number: each asks at a moment of their own.
const SPREAD = 3_000;

/**
 * The latest place of the person who is here in a sale's line.
 *
 * Their own stream tells all of it but two things, which are asked for: the number that the draw gave, and the story of
 * a place that ended before this page was opened.
 */
export function useMyPlace({ sale, phase }: LiveSale): Place | undefined {
  const person = me.value?.id;
  const mine = [...places.value.values()].filter((place) => place.sale_id === sale.id && place.customer_id === person);
  const active = mine.find(isWaiting);
  const over = phase === "ended" || phase === "cancelled" || sale.sold_count >= sale.quantity_limit;
  const toAsk = active ? active.state === "lobby" && sale.seed !== "" : over && mine.length === 0 && line.value === "up";
  const fetched = useLoaded(person && toAsk ? `place ${person} ${sale.id} ${beginnings.value}` : "", async () => {
    if (active) await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD));
    return call("flash_sales.position", { sale_id: sale.id });
  });
  useEffect(() => {
    if (fetched.value) addPlaces([fetched.value.place]);
  }, [fetched.value]);
  return active ?? mine.sort((a, b) => (a.joined_at < b.joined_at ? -1 : 1)).at(-1);
}

/** A place that was asked for and has no answer yet, kept over a reload: its id makes it one place. */
interface Intent {
  placeId: Id;
  quantity: number;
}

const key = (saleId: Id): string => `join ${saleId}`;
const PATIENCE = 30_000;

export interface Joining {
  /** What is being done: a proof of work first, where the sale asks for one. */
  busy: "" | "proving" | "joining";
  error: unknown;
  join: (quantity: number) => void;
}

/** Take a place in the lobby or the line of a sale. */
export function useJoining(sale: FlashSale): Joining {
  const [busy, setBusy] = useState<Joining["busy"]>("");
  const [error, setError] = useState<unknown>();

  const send = async (intent: Intent): Promise<void> => {
    remember(key(sale.id), intent);
    setError(undefined);
    try {
      setBusy(sale.proof_of_work ? "proving" : "joining");
      const proof = await proofFor(sale);
      setBusy("joining");
      const place = await call("flash_sales.join", { sale_id: sale.id, place_id: intent.placeId, quantity: intent.quantity, proof }, PATIENCE);
      remember(key(sale.id), undefined);
      await joined(place);
    } catch (problem) {
      if (problem instanceof Refused) remember(key(sale.id), undefined);
      setError(problem);
    }
    setBusy("");
  };
  const intent = recall<Intent>(key(sale.id));
  useWhenBack(error instanceof NoAnswer, () => intent && void send(intent));
  const join = (quantity: number): void => void send(intent ?? { placeId: newId(), quantity });
  return { busy, error, join };
}

async function joined(place: Place): Promise<void> {
  addPlaces([place]);
  if (place.state === "served") {
    whisper("Units were free: they are on hold for you. Pay before the time runs out.");
    if (socket.state !== "connected") addClaims(await call("flash_sales.my_claims", { sale_id: place.sale_id }));
  } else {
    whisper(place.state === "lobby" ? "You are in the lobby." : "You are in line.");
  }
}

/** Give a place up. Throws `Refused` or `NoAnswer`. */
export async function leaveLine(place: Place): Promise<void> {
  addPlaces([await call("flash_sales.leave", { sale_id: place.sale_id, place_id: place.id })]);
  announce("You left the line.");
}

/** Whether joining failed because there is nothing to wait for any more. */
export function nothingToWaitFor(error: unknown): boolean {
  return problemOf(error, "flash_sales.sold_out") !== undefined;
}
