import { signal } from "@preact/signals";
import type { Belongings, Claim, EventOf, Order } from "../contract";
import { socket } from "./connection";

/** What the stream of the person who is here has told: the same on every tab and device of theirs. */
export const claims = signal<ReadonlyMap<string, Claim>>(new Map());
export const orders = signal<readonly Order[]>([]);
/** Why the last payment of a claim did not go through, by claim. */
export const declines = signal<ReadonlyMap<string, string>>(new Map());
/** How often a device of theirs signed in or out. */
export const sessionNews = signal(0);
/** How often the stream began anew. What a snapshot no longer names has ended in between. */
export const beginnings = signal(0);

/** Keep what is theirs true. */
export function keepBelongings(): void {
  socket.on("subscribed", ({ channel, recovered, data }) => {
    if (channel.startsWith("user:") && !recovered) begin(data as Belongings);
  });
  socket.on("unsubscribed", ({ channel }) => {
    if (channel.startsWith("user:")) begin({ claims: [], orders: [] });
  });
  socket.on("publication", ({ channel, data }) => {
    if (channel.startsWith("user:")) happened(data as EventOf<"user">);
  });
}

function begin(belongings: Belongings): void {
  claims.value = new Map(belongings.claims.map((claim) => [claim.id, claim]));
  orders.value = belongings.orders;
  beginnings.value++;
}

function happened(event: EventOf<"user">): void {
  if (event.type === "orders.placed") {
    orders.value = [event.order, ...orders.value.filter((order) => order.id !== event.order.id)];
    return;
  }
  if (!("claim" in event)) {
    sessionNews.value++;
    return;
  }
  claims.value = new Map(claims.value).set(event.claim.id, event.claim);
  note(event.claim.id, event.type === "flash_sales.payment_failed" ? event.reason : undefined);
}

function note(claimId: string, reason: string | undefined): void {
  const next = new Map(declines.value);
  if (reason === undefined) next.delete(claimId);
  else next.set(claimId, reason);
  declines.value = next;
}

/** Claims that were fetched. Where the stream already told of one, the stream knows better. */
export function addClaims(fetched: readonly Claim[]): void {
  claims.value = new Map([...fetched.map((claim) => [claim.id, claim] as const), ...claims.value]);
}

/** Claims as an answer told them while there is no stream. */
export function replaceClaims(answered: readonly Claim[]): void {
  claims.value = new Map([...claims.value, ...answered.map((claim) => [claim.id, claim] as const)]);
}
