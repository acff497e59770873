import { signal } from "@preact/signals";
import type { BackInStock, Id } from "../contract";
import { call } from "./api";
import { newId } from "./ids";
import { me } from "./session";
import { store, stored } from "./storage";

/** What somebody waits for: their wishes by variant. A guest's are known to this browser alone. */
export const wishes = signal<ReadonlyMap<Id, Id>>(new Map());
/** What was waited for and is there again. */
export const backInStock = signal<BackInStock | undefined>(undefined);

const KEPT = "back-in-stock";

/** Learn what is waited for. An answer that is older than what was asked for meanwhile does not count. */
export async function readWishes(): Promise<void> {
  const before = wishes.value;
  const known = me.value ? (await call("back_in_stock.list", {})).map((it) => [it.variant_id, it.id] as const) : (stored<readonly (readonly [Id, Id])[]>(KEPT) ?? []);
  if (wishes.value !== before) return readWishes();
  wishes.value = new Map(known);
}

/** Wait for a variant. A guest says an e-mail. */
export async function waitFor(productId: Id, variantId: Id, email: string): Promise<void> {
  const wish = await call("back_in_stock.ask", { product_id: productId, wish_id: newId(), variant_id: variantId, email: me.value ? null : email });
  keep(new Map(wishes.value).set(variantId, wish.id));
}

/** Wait for it no more. */
export async function stopWaiting(variantId: Id): Promise<void> {
  const wish = wishes.value.get(variantId);
  if (wish) await call("back_in_stock.withdraw", { wish_id: wish });
  forgetWish(variantId);
}

/** A wish is over. */
export function forgetWish(variantId: Id): void {
  const left = new Map(wishes.value);
  if (left.delete(variantId)) keep(left);
}

function keep(all: ReadonlyMap<Id, Id>): void {
  wishes.value = all;
  if (!me.value) store(KEPT, all.size > 0 ? [...all] : undefined);
}
