import { useEffect, useRef, useState } from "preact/hooks";
import type { Cart, CartLine, CartTotals, PricedLine, Quote } from "../contract";
import { call } from "../core/api";
import { priceNews } from "../core/belongings";
import { named } from "../core/cart";
import { edits } from "../core/cart-edits";
import { useLoaded } from "../core/loading";

export interface Quoting {
  /** What the cart costs and why; what was told before while the next is on its way. */
  totals: CartTotals | undefined;
  error: unknown;
  again: () => void;
  /** Enter a code. Throws `Refused`. */
  enter: (code: string) => Promise<void>;
  /** Take a code out again. */
  drop: (code: string) => Promise<void>;
}

/** What a cart costs, asked anew when it has changed and all edits are answered. */
export function useQuote(cart: Cart): Quoting {
  const seen = `${cart.id} ${cart.revision} ${priceNews.value} ${cart.lines.map((it) => `${it.price?.amount} ${it.quantity}`).join()}`;
  const [answered, setAnswered] = useState<CartTotals>();
  const loaded = useLoaded(edits.value?.cart === cart.id ? "" : seen, () => call("carts.totals", named()));
  const last = useRef<CartTotals | undefined>(undefined);
  useEffect(() => setAnswered(undefined), [loaded.value]);
  last.current = answered ?? loaded.value ?? last.current;
  return {
    totals: last.current?.cart_id === cart.id ? last.current : undefined,
    error: loaded.error,
    again: loaded.again,
    enter: async (code) => setAnswered(await call("carts.enter_coupon", { code, ...named() })),
    drop: async (code) => setAnswered(await call("carts.remove_coupon", { code, ...named() })),
  };
}

/** What a line of the cart costs in a quote; nothing where that was asked for another number of them. */
export function pricedLine(quote: Quote | undefined, line: CartLine): PricedLine | undefined {
  return quote?.lines.find((it) => it.variant_id === line.variant_id && it.quantity === line.quantity);
}
