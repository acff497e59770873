import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useCart } from "../core/cart";
import { count } from "../core/format";
import { CartIcon } from "../parts/icons";

/** The way to the cart, with how much is in it. */
export function CartLink(): JSX.Element {
  const { path } = useLocation();
  const units = useCart().cart?.units ?? 0;
  return (
    <a class="cart-link" href="/cart" aria-current={path === "/cart" ? "page" : undefined} aria-label={`Cart, ${units ? count(units, "unit") : "empty"}`}>
      <CartIcon />
      {units > 0 && <span class="cart-count">{units > 99 ? "99+" : units}</span>}
    </a>
  );
}
