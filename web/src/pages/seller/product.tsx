import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Id, Product, ProductStanding, ProductStatus } from "../../contract";
import { call } from "../../core/api";
import { shopNews } from "../../core/belongings";
import { forgetLists, useLoaded, usePages } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { sendToProduct } from "../../core/sending-pictures";
import { useWatched } from "../../core/watching";
import { useTitle } from "../../parts/page";
import { Loading, Told, Trouble } from "../../parts/states";
import { NotFound } from "../not-found";
import { Pictures } from "./pictures";
import { ProductForm } from "./product-form";
import { Standing } from "./standing";
import { SellerPage } from "./tabs";
import { VariantPrices } from "./variant-prices";
import { VariantStock } from "./variant-stock";

/** A new product of one's own shop, in the currency of the one before. */
export function SellerNewProduct(): JSX.Element {
  useTitle("New product");
  const { route } = useLocation();
  const before = usePages("seller products", (cursor) => call("catalog.list_seller_products", { cursor }));
  const done = (product: Product, files: readonly File[]): void => {
    void sendToProduct(product.id, files);
    forgetLists();
    route(`/seller/products/${product.id}?new`);
  };
  return (
    <SellerPage title="New product">
      {before.items || before.error !== undefined ? <ProductForm currency={before.items?.[0]?.price.currency} done={done} /> : <Loading />}
    </SellerPage>
  );
}

// What has become of a product that was created just now, where it is not for sale at once.
const FRESH: Partial<Record<ProductStatus, string>> = { draft: "It is saved as a draft: only you see it.", in_review: "It is created. A manager looks at it before customers see it." };

/** A product of one's own shop: what it is, whether it is seen, and where its units are. */
export function SellerProduct(): JSX.Element {
  const { params, query } = useRoute();
  const id = params.id ?? "";
  const loaded = useLoaded(id, () => call("catalog.show_product", { product: id }));
  const [saved, setSaved] = useState<Product>();
  const product = saved ?? loaded.value;
  const { standing, live, setStanding } = useStanding(id, product);
  useTitle(product?.title ?? "Product");
  if (problemOf(loaded.error, "catalog.product_not_found")) return <NotFound />;
  const done = (changed: Product): void => {
    forgetLists();
    setSaved(changed);
  };
  const told = standing?.submission?.state === "waiting" ? "Saved. It waits for a manager." : "Saved.";
  return (
    <SellerPage title={product?.title ?? "Product"} action={standing?.status === "active" && product && <a href={`/p/${product.slug}`}>See it in the shop</a>}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {saved ? <Told text={told} /> : "new" in query && product && standing && <Told text={FRESH[standing.status] ?? "It is in your shop."} />}
      {product && live && standing ? (
        <>
          <Standing standing={standing} changed={setStanding} />
          <ProductForm key={product.updated_at} product={product} standing={standing} done={done} />
          <Pictures productId={product.id} news={`${JSON.stringify(live.images)} ${standing.submission?.state} ${shopNews.value}`} />
          <section aria-labelledby="prices">
            <h2 id="prices">Prices by currency, group and quantity</h2>
            <ul class="rows">
              {live.variants.map((variant) => (
                <li key={variant.id} class="row row-open">
                  <VariantPrices variant={variant} />
                </li>
              ))}
            </ul>
          </section>
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

/** How a product stands, read anew when it moves; the standing says which of its two channels there is. */
function useStanding(id: Id, product: Product | undefined): { standing: ProductStanding | undefined; live: Product | undefined; setStanding: (standing: ProductStanding) => void } {
  const read = useLoaded(product ? id : "", () => call("catalog.show_standing", { product_id: id }));
  const [standing, setStanding] = useState<ProductStanding>();
  useEffect(() => {
    if (read.value) setStanding(read.value);
  }, [read.value]);
  const live = useWatched(standing?.status === "active" ? "product" : "product_desk", standing && id).state;
  useEffect(read.again, [product?.updated_at, live?.status, live?.updated_at, shopNews.value]);
  return { standing, live: live ?? product, setStanding };
}
