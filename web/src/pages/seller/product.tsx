import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import type { Product } from "../../contract";
import { call } from "../../core/api";
import { forgetLists, useLoaded } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { useWatched } from "../../core/watching";
import { useTitle } from "../../parts/page";
import { Loading, Told, Trouble } from "../../parts/states";
import { NotFound } from "../not-found";
import { ProductForm } from "./product-form";
import { VariantStock } from "./variant-stock";
import { SellerPage } from "./tabs";

/** A new product of one's own shop. */
export function SellerNewProduct(): JSX.Element {
  useTitle("New product");
  const { route } = useLocation();
  const done = (product: Product): void => {
    forgetLists();
    route(`/seller/products/${product.id}?new`);
  };
  return (
    <SellerPage title="New product">
      <ProductForm done={done} />
    </SellerPage>
  );
}

/** A product of one's own shop: what it is, and where its units are. */
export function SellerProduct(): JSX.Element {
  const { params, query } = useRoute();
  const id = params.id ?? "";
  const loaded = useLoaded(id, () => call("catalog.show_product", { product: id }));
  const [saved, setSaved] = useState<Product>();
  const product = saved ?? loaded.value;
  const live = useWatched("product", product?.status === "active" ? id : undefined).state ?? product;
  useTitle(product?.title ?? "Product");
  if (problemOf(loaded.error, "catalog.product_not_found")) return <NotFound />;
  const done = (changed: Product): void => {
    forgetLists();
    setSaved(changed);
  };
  return (
    <SellerPage title={product?.title ?? "Product"} action={product?.status === "active" && <a href={`/p/${product.slug}`}>See it in the shop</a>}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {saved ? <Told text="Saved." /> : "new" in query && product && <Told text="It is in your shop." />}
      {product && live ? (
        <>
          <ProductForm key={product.updated_at} product={product} done={done} />
          <section aria-labelledby="stock">
            <h2 id="stock">Stock by location</h2>
            <ul class="rows">
              {live.variants.map((variant) => (
                <li key={variant.id} class="row row-open">
                  <VariantStock variantId={variant.id} name={Object.values(variant.options).join(" / ") || variant.sku} stock={variant.stock} />
                </li>
              ))}
            </ul>
          </section>
        </>
      ) : (
        loaded.error === undefined && <Loading />
      )}
    </SellerPage>
  );
}
