import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CartLine, Product, Variant } from "../contract";
import { announce } from "../core/announce";
import { addToCart, cartTrouble, MOST_UNITS, useCart } from "../core/cart";
import { count } from "../core/format";
import { Trouble } from "../parts/states";
import { Stepper } from "../sale/stepper";

/** How many, and into the cart. What is in it already is said. */
export function AddToCart({ product, variant }: { product: Product; variant: Variant | undefined }): JSX.Element {
  const { cart } = useCart();
  const [wanted, setWanted] = useState(1);
  const most = Math.min(variant?.stock ?? 0, MOST_UNITS);
  const quantity = Math.max(1, Math.min(wanted, most));
  const had = cart?.lines.find((it) => it.variant_id === variant?.id)?.quantity ?? 0;
  const put = (): void => {
    if (!variant) return;
    addToCart(cart, lineOf(product, variant, quantity));
    announce(`${product.title} is in your cart.`);
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
      {cartTrouble.value !== undefined && <Trouble error={cartTrouble.value} />}
      {had > 0 && (
        <p class="notice notice-good">
          {count(had, "unit")} in your cart. <a href="/cart">See the cart</a>
        </p>
      )}
    </div>
  );
}

function lineOf(product: Product, variant: Variant, quantity: number): CartLine {
  return {
    variant_id: variant.id,
    quantity,
    noted: variant.price,
    product_id: product.id,
    seller_id: product.seller.id,
    title: product.title,
    image_url: product.images[0]?.url ?? "",
    sku: variant.sku,
    options: variant.options,
    price: variant.price,
    total: variant.price,
    stock: variant.stock,
    notices: [],
  };
}
