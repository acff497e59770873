import { signal } from "@preact/signals";
import type { Belongings, Claim, EventOf, FlashSale, Id, Order, Payment, Place, PlaceState, SellerApplication } from "../contract";
import { backInStock, forgetWish } from "./back-in-stock";
import { socket } from "./connection";
import { moved } from "./folds";

/** What the stream of the person who is here has told: the same on every tab and device of theirs. */
export const claims = signal<ReadonlyMap<string, Claim>>(new Map());
export const orders = signal<readonly Order[]>([]);
/** Why the last payment of a claim did not go through, by claim. */
export const declines = signal<ReadonlyMap<string, string>>(new Map());
/** Their places in lines. One that was served or ended stays known, for its story. */
export const places = signal<ReadonlyMap<Id, Place>>(new Map());
/** The sales of whose start they want to be told. */
export const reminders = signal<ReadonlySet<Id>>(new Set());
/** The sale of which they wanted to be told, and were: it starts in a few minutes, has just started, or was called off. */
export const remindedOf = signal<FlashSale | undefined>(undefined);
/** Payments as their stream told of them: those that wait for their customer, and those that were given back. */
export const payments = signal<ReadonlyMap<Id, Payment>>(new Map());
/** Their application to sell, as somebody has just decided about it. */
export const decided = signal<SellerApplication | undefined>();
/** How often a device of theirs signed in or out. */
export const sessionNews = signal(0);
/** How often their saved payment methods changed. */
export const methodNews = signal(0);
/** How often something changed that prices depend on: their customer groups or their tax exemptions. */
export const priceNews = signal(0);
/** How often something happened in the shop that they act for: an order came or moved, stock ran low. */
export const shopNews = signal(0);
/** How often that shop was suspended or reinstated, or may have been. */
export const suspensions = signal(0);
/** How often the stream began anew. What a snapshot no longer names has ended in between. */
export const beginnings = signal(0);

/** Keep what is theirs true. */
export function keepBelongings(): void {
  socket.on("subscribed", ({ channel, recovered, data }) => {
    if (channel.startsWith("user:") && !recovered) begin(data as Belongings);
  });
  socket.on("unsubscribed", ({ channel }) => {
    if (channel.startsWith("user:")) begin({ claims: [], orders: [], places: [], reminders: [] });
  });
  socket.on("publication", ({ channel, data }) => {
    if (channel.startsWith("user:")) happened(data as EventOf<"user">);
    if (channel.startsWith("seller:")) shopHappened(data as EventOf<"seller">);
  });
}

function begin(belongings: Belongings): void {
  claims.value = new Map(belongings.claims.map((claim) => [claim.id, claim]));
  places.value = new Map(belongings.places.map((place) => [place.id, place]));
  reminders.value = new Set(belongings.reminders);
  orders.value = belongings.orders;
  beginnings.value++;
}

function shopHappened({ type }: EventOf<"seller">): void {
  if (type === "sellers.suspended" || type === "sellers.reinstated") suspensions.value++;
  shopNews.value++;
}

function happened(event: EventOf<"user">): void {
  switch (event.type) {
    case "orders.placed":
      orders.value = [event.order, ...orders.value.filter((order) => order.id !== event.order.id)];
      return;
    case "orders.moved":
      orders.value = orders.value.map((order) => (order.id === event.order_id ? moved(order, event) : order));
      return;
    case "flash_sales.joined":
    case "flash_sales.left":
    case "flash_sales.place_ended":
      places.value = new Map(places.value).set(event.place.id, event.place);
      return;
    case "flash_sales.reminder_asked":
      reminders.value = new Set([...reminders.value, event.sale_id]);
      return;
    case "flash_sales.reminder_dropped":
      reminders.value = new Set([...reminders.value].filter((id) => id !== event.sale_id));
      return;
    case "flash_sales.starts_soon":
    case "flash_sales.cancelled":
      reminders.value = new Set([...reminders.value].filter((id) => id !== event.sale.id));
      remindedOf.value = event.sale;
      return;
    case "back_in_stock.told":
      forgetWish(event.variant_id);
      backInStock.value = event;
      return;
    case "sellers.application_decided":
      decided.value = event.application;
      return;
    case "payments.needs_action":
    case "payments.part_refunded":
    case "payments.refunded":
    case "payments.refund_failed":
      payments.value = new Map(payments.value).set(event.payment.id, event.payment);
      return;
    case "groups.changed":
    case "taxes.exemption_changed":
      priceNews.value++;
      return;
    case "payments.methods_changed":
      methodNews.value++;
      return;
    default:
      if ("claim" in event) claimed(event.claim, event.type === "flash_sales.payment_failed" ? event.reason : undefined);
      else sessionNews.value++;
  }
}

function claimed(claim: Claim, failure: string | undefined): void {
  claims.value = new Map(claims.value).set(claim.id, claim);
  note(claim.id, failure);
  const place = claim.place_id && places.value.get(claim.place_id);
  if (place && isWaiting(place)) addPlaces([{ ...place, state: "served", claim_id: claim.id }]);
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

const STAGES: readonly PlaceState[] = ["lobby", "waiting", "served", "left", "ended"];

/** Places that were fetched or answered. A place never goes back: where the stream told of a later state, that one counts. */
export function addPlaces(fetched: readonly Place[]): void {
  const next = new Map(places.value);
  for (const place of fetched) {
    const known = next.get(place.id);
    if (!known || STAGES.indexOf(known.state) <= STAGES.indexOf(place.state)) next.set(place.id, place);
  }
  places.value = next;
}

/** Whether a place is still in the lobby or in line. */
export function isWaiting(place: Place): boolean {
  return place.state === "lobby" || place.state === "waiting";
}
