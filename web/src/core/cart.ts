import { computed, effect, signal, untracked } from "@preact/signals";
import type { Cart, CartLine, Id, LeftOut } from "../contract";
import { call } from "./api";
import { answerEdits, edits, keepEdit, rememberEdits, type Edits } from "./cart-edits";
import { line, socket } from "./connection";
import { newerCart } from "./folds";
import { newId, secretId } from "./ids";
import { useLoaded } from "./loading";
import { store, stored } from "./storage";
import { problemOf, Refused } from "./problem";
import { me } from "./session";
import { useWatched } from "./watching";

/**
 * The cart of whoever is here: a person's own, or the guest's of this browser.
 *
 * What is done to it shows at once, is kept in the browser until the shop has answered, and is sent again when the line
 * returns. Each edit has an id, so it counts once however often it is sent, and from however many tabs.
 */
const GUEST = "cart";

/** The guest's cart of this browser. Who knows its id has the cart. */
const guestId = signal(stored<Id>(GUEST));
const answered = signal<Cart | undefined>(undefined);
/** Why edits were not taken, until the next. */
export const cartTrouble = signal<unknown>(undefined);
/** What could not be put in, until the next edit. */
export const leftOut = signal<readonly LeftOut[]>([]);

/** Which cart is meant; none while it is not known who is here, or while a guest has none. */
const cartId = computed(() => (me.value === undefined ? undefined : (me.value?.id ?? guestId.value)));

/** The cart of this browser's guest, where not all of it found room in the account's. */
export const waitingId = computed(() => (me.value && leftOut.value.length ? guestId.value : undefined));

/** The command's way of naming the cart: a guest names theirs. */
export function named(): { cart_id?: Id } {
  return me.value ? {} : { cart_id: guestId.value ?? newGuest() };
}

function newGuest(): Id {
  setGuest(secretId());
  return guestId.value!;
}

function setGuest(id: Id | undefined): void {
  store(GUEST, id);
  guestId.value = id;
}

/** The cart as it is with all that was done here; nothing while it is not known. */
export function useCart(): { cart: Cart | undefined; error: unknown; again: () => void } {
  const id = cartId.value;
  const live = useWatched("cart", id).state;
  const asked = useLoaded(id && line.value === "down" ? `cart ${id} ${line.value}` : "", () => call("carts.show", named()));
  if (id === undefined) return { cart: me.value === null ? emptyCart("") : undefined, error: undefined, again: asked.again };
  const known = [asked.value, answered.value, live].filter((it) => it?.id === id);
  const cart = known.reduce((before, it) => newerCart(it!, before), undefined);
  return { cart: cart && withEdits(cart), error: cart ? undefined : asked.error, again: asked.again };
}

function emptyCart(id: Id): Cart {
  return { id, revision: 0, lines: [], units: 0, totals: [], moved: false, left_out: [] };
}

/** The cart with the edits that the shop has not answered yet. */
function withEdits(cart: Cart): Cart {
  const waiting = edits.value;
  if (waiting?.cart !== cart.id) return cart;
  let lines = cart.lines;
  for (const { edit, line: shown } of waiting.made) {
    const index = lines.findIndex((it) => it.variant_id === edit.variant_id);
    if (edit.kind === "remove") lines = lines.filter((_, at) => at !== index);
    else lines = index < 0 ? [...lines, shown] : lines.with(index, counted(lines[index]!, shown.quantity));
  }
  return { ...cart, lines, units: lines.reduce((sum, it) => sum + (it.total ? it.quantity : 0), 0), totals: totalsOf(lines) };
}

/** A line with another quantity. */
export function counted(line: CartLine, quantity: number): CartLine {
  return { ...line, quantity, total: line.price && { ...line.price, amount: line.price.amount * quantity } };
}

function totalsOf(lines: readonly CartLine[]): Cart["totals"] {
  const sums = new Map<string, number>();
  for (const { total } of lines) if (total) sums.set(total.currency, (sums.get(total.currency) ?? 0) + total.amount);
  return [...sums].sort().map(([currency, amount]) => ({ currency, amount }));
}

/** Put units in; `line` is how the goods look, `cart` what is shown now. */
export function addToCart(cart: Cart | undefined, line: CartLine): void {
  const before = cart?.lines.find((it) => it.variant_id === line.variant_id)?.quantity ?? 0;
  make("add", cart, counted(line, Math.min(before + line.quantity, MOST_UNITS)), line.quantity);
}

// The contract's limit of a line.
export const MOST_UNITS = 999;

/** Say how many there are. */
export function setQuantity(cart: Cart, line: CartLine, quantity: number): void {
  make("set", cart, counted(line, quantity), quantity);
}

/** Take a line out. */
export function removeFromCart(cart: Cart, line: CartLine): void {
  make("remove", cart, line, 1);
}

function make(kind: "add" | "set" | "remove", cart: Cart | undefined, line: CartLine, quantity: number): void {
  cartTrouble.value = undefined;
  leftOut.value = [];
  const id = me.value?.id ?? guestId.value ?? newGuest();
  const edit = { id: newId(), kind, variant_id: line.variant_id, edited_at: new Date().toISOString(), quantity };
  keepEdit(id, cart?.revision ?? 0, { edit, line });
  void goOn();
}

let busy = false;
// How long a shop that said no for now is left alone.
const LATER = 5_000;

/** Bring a guest's cart along, and send what waits. What gets no answer is kept, and goes when the line is back. */
async function goOn(): Promise<void> {
  if (busy) return;
  busy = true;
  try {
    await sendAll(); // it may make room for what the guest put in
    if (me.value && guestId.value) await merge(guestId.value);
    await sendAll();
  } catch (error) {
    if (error instanceof Refused) {
      cartTrouble.value = error;
      if (error.problem.temporary) setTimeout(() => void goOn(), LATER);
      else rememberEdits(undefined);
    }
  }
  busy = false;
}

async function sendAll(): Promise<void> {
  while (edits.value && edits.value.cart === cartId.value) await send(edits.value);
}

/** The whole is sent, so that each edit knows of those before it. */
async function send(waiting: Edits): Promise<void> {
  try {
    const whose = waiting.cart === me.value?.id ? {} : { cart_id: waiting.cart };
    for (let at = 0; at < waiting.made.length; at += MOST_EDITS) {
      const some = waiting.made.slice(at, at + MOST_EDITS).map((it) => it.edit);
      show(await call("carts.edit", { edits: some, seen: waiting.seen, ...whose }));
    }
    answerEdits(waiting);
  } catch (error) {
    if (!problemOf(error, "carts.moved")) throw error;
    setGuest(me.value ? undefined : secretId());
    rememberEdits({ ...waiting, cart: cartId.value!, seen: 0 });
  }
}

// The contract's limit of one command.
const MOST_EDITS = 200;

/** Bring the guest's cart into the account of whoever has signed in. */
async function merge(guest: Id): Promise<void> {
  if (edits.value?.cart === guest) await send(edits.value);
  if (guestId.value !== guest) return;
  try {
    const cart = await call("carts.merge", { cart_id: guest });
    show(cart);
    if (cart.left_out.length) return; // they stay in the guest's, and come along when there is room
  } catch (error) {
    if (!problemOf(error, "carts.moved")) throw error;
  }
  setGuest(undefined);
}

/** A cart that was answered. */
export function show(cart: Cart): void {
  if (cart.left_out.length) leftOut.value = cart.left_out;
  answered.value = newerCart(cart, answered.value);
}

/** Keep the cart true: send what waits when the line is back, and bring a guest's cart along at sign-in. */
export function keepCart(): void {
  effect(() => {
    if (cartId.value) untracked(() => void goOn());
  });
  socket.on("connected", () => setTimeout(() => void goOn()));
  addEventListener("online", () => void goOn());
  addEventListener("storage", ({ key }) => {
    if (key === GUEST) guestId.value = stored<Id>(GUEST);
  });
}
