import type { JSX } from "preact";
import type { Product, Variant, VariantOffer } from "../contract";
import { lineOf } from "../cart/line";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { addToCart, useCart } from "../core/cart";
import { count, money } from "../core/format";
import { usePages } from "../core/loading";
import { me } from "../core/session";
import { useWatched } from "../core/watching";
import { More } from "./more";

interface Props {
  product: Product;
  variant: Variant;
}

/** Who else sells a variant, the best offer first; who sells and does not may offer it too. */
export function OtherOffers({ product, variant }: Props): JSX.Element | null {
  const offers = usePages(`offers ${variant.id}`, (cursor) => call("catalog.list_offers", { product_id: product.id, variant_id: variant.id, cursor }));
  const others = (offers.items ?? []).filter((it) => it.id !== variant.id);
  const offering = mayOffer(product, others);
  if (others.length === 0 && !offering) return null;
  return (
    <section class="offers" aria-labelledby="offers">
      <h2 id="offers">Other sellers</h2>
      <ul class="rows">
        {others.map((offer) => (
          <li key={offer.id} class="row">
            <Offer offer={offer} product={product} variant={variant} />
          </li>
        ))}
      </ul>
      <More list={offers} />
      {offering && (
        <p>
          <a href={`/seller/offer?product=${product.slug}`}>Offer it in your shop</a>
        </p>
      )}
    </section>
  );
}

function mayOffer(product: Product, others: readonly VariantOffer[]): boolean {
  const { seller_id, seller_rights = [] } = me.value ?? {};
  return !!seller_id && seller_rights.includes("products") && [product.seller, ...others.map((it) => it.seller)].every((it) => it.id !== seller_id);
}

/** An offer is a variant of its own: its price and its stock are told by its own product. */
function Offer({ offer, product, variant }: Props & { offer: VariantOffer }): JSX.Element {
  const { cart } = useCart();
  const live = useWatched("product", offer.product_id).state?.variants.find((it) => it.id === offer.id);
  const { price, stock } = live ?? offer;
  const put = (): void => {
    addToCart(cart, lineOf({ ...product, id: offer.product_id, seller: offer.seller }, { ...variant, id: offer.id, sku: offer.sku, price, stock }, 1));
    announce(`${product.title} of ${offer.seller.name} is in your cart.`);
  };
  return (
    <>
      <div class="row-main">
        <p class="row-title">
          <a href={`/p/${offer.product_id}`}>{offer.seller.name}</a>
        </p>
        <p class="soft">{stock > 0 ? `${count(stock, "unit")} in stock` : "Sold out"}</p>
      </div>
      <strong class="digits">{money(price)}</strong>
      <button type="button" class="button button-quiet button-small" disabled={stock === 0} onClick={put}>
        Add to cart<span class="hidden"> from {offer.seller.name}</span>
      </button>
    </>
  );
}
