import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ProductCard, Variant } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { optionText, readMoney, typed } from "../../core/format";
import { useLoaded, usePages } from "../../core/loading";
import { me } from "../../core/session";
import { useWatched } from "../../core/watching";
import { Field } from "../../parts/field";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { Picture } from "../../parts/picture";
import { PriceTag } from "../../parts/price";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { SellerPage } from "./tabs";

/** The products of one's own shop; price and stock of each variant can be changed on the spot. */
export function SellerProducts(): JSX.Element {
  useTitle("My products");
  return (
    <SellerPage title="Products" action={me.value?.seller_id && <Ways />}>
      <List />
    </SellerPage>
  );
}

function Ways(): JSX.Element {
  return (
    <div class="actions">
      <a class="button button-quiet" href="/seller/products/import">
        Import
      </a>
      <a class="button button-quiet" href="/seller/offer">
        Offer what others sell
      </a>
      <a class="button" href="/seller/products/new">
        New product
      </a>
    </div>
  );
}

function List(): JSX.Element {
  const list = usePages("seller products", (cursor) => call("catalog.list_seller_products", { cursor }));
  const [open, setOpen] = useState("");
  return (
    <>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No products yet">
          <a href="/seller/products/new">Create your first one</a>, or bring many in from a file.
        </Empty>}
      <ul class="rows">
        {list.items?.map((product) => (
          <li key={product.id} class="row row-open">
            <Row product={product} open={open === product.id} toggle={() => setOpen(open === product.id ? "" : product.id)} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

function Row({ product, open, toggle }: { product: ProductCard; open: boolean; toggle: () => void }): JSX.Element {
  return (
    <>
      <div class="row-line">
        <Picture url={product.image?.url} alt="" />
        <div class="row-main">
          <p class="row-title">
            <a href={`/seller/products/${product.id}`}>{product.title}</a>
          </p>
          <PriceTag now={product.price} before={product.compare_at_price} />
          {!product.in_stock && <Badge>Sold out</Badge>}
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={toggle}>
          {open ? "Close" : "Edit"}
          <span class="hidden">price and stock of {product.title}</span>
        </button>
      </div>
      {open && <Variants productId={product.id} />}
    </>
  );
}

function Variants({ productId }: { productId: string }): JSX.Element {
  const loaded = useLoaded(productId, () => call("catalog.show_product", { product: productId }));
  const live = useWatched("product", loaded.value?.id).state ?? loaded.value;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!live) return <Loading />;
  return (
    <ul class="variants">
      {live.variants.map((variant) => (
        <li key={variant.id}>
          <VariantForm variant={variant} saved={loaded.again} />
        </li>
      ))}
    </ul>
  );
}

/** Only what is for sale tells of its changes: of a draft, what was saved is read anew. */
function VariantForm({ variant, saved }: { variant: Variant; saved: () => void }): JSX.Element {
  const [price, setPrice] = useState<string>();
  const [stock, setStock] = useState<string>();
  const sending = useSending(["price", "stock"]);
  const save = async (): Promise<void> => {
    const amount = readMoney(price ?? "", variant.price.currency);
    if (price !== undefined && amount) await call("catalog.set_price", { variant_id: variant.id, price: amount, compare_at_price: variant.compare_at_price });
    if (stock !== undefined) await call("catalog.set_stock", { variant_id: variant.id, stock: Number(stock) });
    setPrice(undefined);
    setStock(undefined);
    saved();
    announce("Saved.");
  };
  const submitted = (form: HTMLFormElement): void => {
    const errors: Record<string, string> = {};
    if (price !== undefined && !readMoney(price, variant.price.currency)) errors.price = "Please type an amount.";
    if (stock !== undefined && !/^\d{1,9}$/.test(stock.trim())) errors.stock = "Please type a whole number.";
    if (Object.keys(errors).length > 0) sending.refuse(form, errors);
    else void sending.send(form, save);
  };
  return (
    <form
      class="variant"
      noValidate
      aria-label={optionText(variant.options) || variant.sku}
      onSubmit={(event) => {
        event.preventDefault();
        submitted(event.currentTarget);
      }}
    >
      <p class="variant-name">
        {optionText(variant.options) || "One size"} <span class="soft">{variant.sku}</span>
      </p>
      <Field label="Price" name="price" inputMode="decimal" unit={variant.price.currency} value={price ?? typed(variant.price)} set={setPrice} error={sending.errors.price} />
      <Field label="Stock" name="stock" inputMode="numeric" value={stock ?? String(variant.stock)} set={setStock} error={sending.errors.stock} />
      <button type="submit" class="button button-small" disabled={sending.busy || (price === undefined && stock === undefined)}>
        {sending.busy ? "Saving…" : "Save"}
      </button>
      {sending.error && (
        <p class="notice notice-bad" role="alert" tabIndex={-1}>
          {sending.error}
        </p>
      )}
    </form>
  );
}
