import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Product, Variant } from "../contract";
import { whisper } from "../core/announce";
import { addToCart, cartTrouble, MOST_UNITS, useCart } from "../core/cart";
import { count } from "../core/format";
import { Trouble } from "../parts/states";
import { lineOf } from "./line";
import { Stepper } from "../sale/stepper";

/** How many, and into the cart. What is in it already is said. */
export function AddToCart({ product, variant }: { product: Product; variant: Variant | undefined }): JSX.Element {
  const { cart } = useCart();
  const [wanted, setWanted] = useState(1);
  const most = Math.min(variant?.stock ?? 0, product.max_per_customer || MOST_UNITS);
  const quantity = Math.max(1, Math.min(wanted, most));
  const had = cart?.lines.find((it) => it.variant_id === variant?.id)?.quantity ?? 0;
  const put = (): void => {
    if (!variant) return;
    addToCart(cart, lineOf(product, variant, quantity));
    whisper(`${product.title} is in your cart.`);
    setWanted(1);
  };
  return (
    <div class="buy">
      <div class="claim-line">
        <Stepper value={quantity} most={most} set={setWanted} />
        <button type="button" class="button button-wide button-large" disabled={most === 0} onClick={put}>
          {most === 0 ? "Sold out" : "Add to cart"}
        </button>
      </div>
      {product.max_per_customer > 0 && <p class="soft">At most {count(product.max_per_customer, "unit")} for each customer.</p>}
      {cartTrouble.value !== undefined && <Trouble error={cartTrouble.value} />}
      {had > 0 && (
        <p class="notice notice-good">
          {count(had, "unit")} in your cart. <a href="/cart">See the cart</a>
        </p>
      )}
    </div>
  );
}
