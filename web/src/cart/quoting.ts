import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Cart, Quote } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";
import { store, stored } from "../core/local";

const KEY = "cart codes";

/** The codes that were entered for the cart, on this browser. */
export const codes = signal<readonly string[]>(stored<string[]>(KEY) ?? []);

function setCodes(next: readonly string[]): void {
  store(KEY, next.length ? next : undefined);
  codes.value = next;
}

/** What the goods that are still sold cost, and why; the one before while the next is on its way. */
export function useQuote(cart: Cart | undefined): { quote: Quote | undefined; error: unknown; again: () => void } {
  const asked = cart && command(cart);
  const key = asked ? JSON.stringify(asked) : "";
  const loaded = useLoaded(key, () => call("coupons.best", asked!));
  const last = useRef<Quote | undefined>(undefined);
  if (loaded.value) last.current = loaded.value;
  return { quote: key ? last.current : undefined, error: loaded.error, again: loaded.again };
}

function command(cart: Cart): { lines: { variant_id: string; quantity: number }[]; currency: string; codes: readonly string[] } | undefined {
  const sold = cart.lines.filter((it) => it.total);
  const currency = sold[0]?.price?.currency;
  return currency ? { lines: sold.map((it) => ({ variant_id: it.variant_id, quantity: it.quantity })), currency, codes: codes.value } : undefined;
}

/** Enter a code. Throws `Refused` when there is no coupon under it. */
export async function enterCode(cart: Cart, typed: string): Promise<void> {
  const code = typed.trim().toUpperCase();
  const asked = command(cart);
  if (asked) await call("coupons.validate", { code, lines: asked.lines, currency: asked.currency });
  setCodes([...new Set([...codes.value, code])]);
}

/** Take a code out again. */
export function dropCode(code: string): void {
  setCodes(codes.value.filter((it) => it !== code));
}
