import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Product, Seller, Variant } from "../contract";
import { AddToCart } from "../cart/add-to-cart";
import { TellMe } from "../cart/tell-me";
import { call } from "../core/api";
import { count, money } from "../core/format";
import { pathTo, useCategories } from "../core/goods";
import { useLoaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { useWatched } from "../core/watching";
import { Description } from "../parts/description";
import { OtherOffers } from "../parts/offers";
import { useTitle } from "../parts/page";
import { Picture } from "../parts/picture";
import { PriceTag } from "../parts/price";
import { ProductDetails } from "../parts/product-details";
import { Badge, Loading, Skeleton, Trouble } from "../parts/states";
import { Trail } from "../parts/trail";
import { Reviews } from "../reviews/reviews";
import { Stars } from "../reviews/stars";
import { ProductSale } from "../sale/product-sale";
import { NotFound } from "./not-found";

/** One product with its price and stock, live. */
export function ProductPage(): JSX.Element {
  const slug = useRoute().params.slug ?? "";
  const loaded = useLoaded(slug, () => call("catalog.show_product", { product: slug }));
  const live = useWatched("product", loaded.value?.id);
  const product = live.state ?? loaded.value;
  useTitle(product?.title);

  if (problemOf(loaded.error, "catalog.product_not_found")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!product) {
    return (
      <Loading>
        <div class="product">
          <Skeleton kind="block" />
          <div>
            <Skeleton kind="title" />
            <Skeleton times={4} />
          </div>
        </div>
      </Loading>
    );
  }
  return <ProductView key={product.id} product={product} />;
}

function ProductView({ product }: { product: Product }): JSX.Element {
  const [chosen, choose] = useState<Readonly<Record<string, string>>>(() => firstChoice(product));
  const variant = matching(product, chosen);
  const categories = useCategories().value ?? [];
  return (
    <>
      <Trail path={pathTo(categories, categories.find((it) => it.id === product.category_id))} within />
      <article class="product">
        <Gallery product={product} />
        <div class="product-text">
          <p class="soft">
            {product.brand && `${product.brand.name} · `}sold by <a href={`/shops/${product.seller.slug}`}>{product.seller.name}</a>
          </p>
          <h1>{product.title}</h1>
          {product.rating.count > 0 && (
            <a class="rating-link" href="#reviews">
              <Stars stars={product.rating.average} /> {count(product.rating.count, "review")}
            </a>
          )}
          {variant && <PriceTag now={variant.price} before={variant.compare_at_price} large />}
          {variant?.compare_at_price && <LowestBefore variant={variant} />}
          <Options product={product} chosen={chosen} choose={choose} />
          <Stock variant={variant} />
          <AddToCart product={product} variant={variant} />
          {variant && <TellMe product={product} variant={variant} />}
          <Delivery seller={product.seller} />
          <ProductSale productId={product.id} />
          {product.description && <Description text={product.description} />}
          <ProductDetails product={product} />
          {variant && <p class="soft sku">Article {variant.sku}</p>}
          {variant && <OtherOffers product={product} variant={variant} />}
        </div>
      </article>
      <Reviews product={product} />
    </>
  );
}

/** The lowest price of the 30 days before it was reduced (Directive 98/6/EC, Article 6a). */
function LowestBefore({ variant }: { variant: Variant }): JSX.Element {
  const history = useLoaded(`${variant.id} ${variant.price.amount}`, () => call("prices.show_history", { variant_id: variant.id })).value;
  return <p class="soft lowest">{history ? `Lowest price in the 30 days before: ${money(history.lowest)}` : "\u00a0"}</p>;
}

/** How soon the seller sends it, and for how long they take it back. */
function Delivery({ seller }: { seller: Seller }): JSX.Element {
  const store = useLoaded(`store ${seller.id}`, () => call("sellers.show", { seller: seller.id })).value;
  return <p class="soft delivery">{store ? `Sent within ${count(store.handling_days, "day")} · ${count(store.return_days, "day")} to return it` : "\u00a0"}</p>;
}

function firstChoice(product: Product): Readonly<Record<string, string>> {
  return (product.variants.find((it) => it.stock > 0) ?? product.variants[0])?.options ?? {};
}

function matching(product: Product, chosen: Readonly<Record<string, string>>): Variant | undefined {
  return product.variants.find((it) => product.options.every((name) => it.options[name] === chosen[name]));
}

function Gallery({ product }: { product: Product }): JSX.Element {
  const [shown, show] = useState(0);
  const image = product.images[shown] ?? product.images[0];
  useEffect(() => show(0), [product.images.length]);
  return (
    <div class="gallery">
      <Picture url={image?.url} alt={image?.alt || product.title} eager />
      {product.images.length > 1 && (
        <ul class="thumbs">
          {product.images.map((it, index) => (
            <li key={it.url}>
              <button type="button" aria-label={`Picture ${index + 1} of ${product.images.length}`} aria-pressed={index === shown} onClick={() => show(index)}>
                <Picture url={it.url} alt="" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface OptionsProps {
  product: Product;
  chosen: Readonly<Record<string, string>>;
  choose: (chosen: Readonly<Record<string, string>>) => void;
}

function Options({ product, chosen, choose }: OptionsProps): JSX.Element {
  return (
    <>
      {product.options.map((name) => (
        <fieldset class="options" key={name}>
          <legend>
            {name}: <strong>{chosen[name]}</strong>
          </legend>
          <div class="pills">
            {valuesOf(product, name).map((value) => (
              <label class="pill" key={value}>
                <input type="radio" name={name} value={value} checked={chosen[name] === value} onChange={() => choose(pick(product, chosen, name, value))} />
                <span class={inStock(product, { ...chosen, [name]: value }) ? "" : "pill-out"}>{value}</span>
              </label>
            ))}
          </div>
        </fieldset>
      ))}
    </>
  );
}

function valuesOf(product: Product, name: string): readonly string[] {
  return [...new Set(product.variants.map((it) => it.options[name] ?? ""))];
}

/** The choice with one option changed; where no variant is like that, the nearest one that has the new value. */
function pick(product: Product, chosen: Readonly<Record<string, string>>, name: string, value: string): Readonly<Record<string, string>> {
  const wanted = { ...chosen, [name]: value };
  if (matching(product, wanted)) return wanted;
  return product.variants.find((it) => it.options[name] === value)?.options ?? wanted;
}

function inStock(product: Product, wanted: Readonly<Record<string, string>>): boolean {
  return (matching(product, wanted)?.stock ?? 0) > 0;
}

const FEW = 5;

function Stock({ variant }: { variant: Variant | undefined }): JSX.Element {
  const stock = variant?.stock ?? 0;
  return (
    <p class="stock" role="status">
      {stock === 0 && <Badge>Sold out</Badge>}
      {stock > 0 && stock <= FEW && <Badge tone="warm">Only {stock} left</Badge>}
      {stock > FEW && <Badge tone="good">In stock</Badge>}
    </p>
  );
}
