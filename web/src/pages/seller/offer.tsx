import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import type { Product, VariantOffer } from "../../contract";
import { call } from "../../core/api";
import { money, optionText, readMoney } from "../../core/format";
import { newId } from "../../core/ids";
import { forgetLists, useLoaded } from "../../core/loading";
import { Choice, Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { Loading, Told, Trouble } from "../../parts/states";
import { CURRENCIES } from "../../parts/currencies";
import { SellerPage } from "./tabs";

/** Offer what another shop sells: a product that one came from, or whatever has the number under its bar code. */
export function SellerOffer(): JSX.Element {
  useTitle("Offer what others sell");
  const slug = useRoute().query.product ?? "";
  const { value, error, again } = useLoaded(slug, () => call("catalog.show_product", { product: slug }));
  return (
    <SellerPage title="Offer what others sell">
      <p class="soft">Your offer stands on their page, with your price and your stock. Texts and pictures are theirs at first; it is a product of your shop from then on.</p>
      {error !== undefined && <Trouble error={error} again={again} />}
      {slug && !value ? error === undefined && <Loading /> : <OfferForm key={slug} product={value} />}
    </SellerPage>
  );
}

function OfferForm({ product }: { product: Product | undefined }): JSX.Element {
  const fresh = { variant: product?.variants[0]?.id ?? "", gtin: "", sku: "", price: "", currency: product?.variants[0]?.price.currency ?? CURRENCIES[0], stock: "0" };
  const [typed, setTyped] = useState(fresh);
  const [made, setMade] = useState<VariantOffer>();
  const id = useMemo(newId, [typed]);
  const sending = useSending(["variant_id", "gtin", "sku", "price", "stock"]);
  const price = readMoney(typed.price, typed.currency);
  const set = (some: Partial<typeof typed>): void => setTyped({ ...typed, ...some });
  const send = async (): Promise<void> => {
    if (!price) return;
    const what = product ? { variant_id: typed.variant } : { gtin: typed.gtin.trim() };
    setMade(await call("catalog.make_offer", { offer_id: id, sku: typed.sku.trim(), price, stock: Number(typed.stock), ...what }));
    forgetLists();
    setTyped({ ...fresh, variant: typed.variant, currency: typed.currency });
  };
  const check = (): Record<string, string> | undefined => {
    const empty = missing({ sku: typed.sku, ...(!product && { gtin: typed.gtin }) }, { sku: "your number for it", gtin: "the number under its bar code" });
    if (empty) return empty;
    if (!price) return { price: `Please type an amount in ${typed.currency}, like 12.90.` };
    return /^\d{1,9}$/.test(typed.stock.trim()) ? undefined : { stock: "Please type a whole number." };
  };
  return (
    <div class="panel">
      {made && <Told text={`You offer it at ${money(made.price)}.`} />}
      {made && (
        <p>
          <a href={`/seller/products/${made.product_id}`}>Your product</a>
        </p>
      )}
      {product && <h2>{product.title}</h2>}
      <Form sending={sending} submit="Offer it" busy="Saving…" label="Offer" check={check} send={send}>
        <div class="fields">
          {product ? (
            <Choice label="Which one" value={typed.variant} set={(variant) => set({ variant })} options={product.variants.map((it) => [it.id, `${optionText(it.options) || it.sku} · ${money(it.price)}`] as const)} error={sending.errors.variant_id} />
          ) : (
            <Field label="GTIN" name="gtin" inputMode="numeric" autocomplete="off" hint="The number under its bar code, 8 to 14 digits" value={typed.gtin} set={(gtin) => set({ gtin })} error={sending.errors.gtin} />
          )}
          <Field label="Your SKU" name="sku" autocomplete="off" value={typed.sku} set={(sku) => set({ sku })} error={sending.errors.sku} />
          <Field label="Your price" name="price" inputMode="decimal" autocomplete="off" value={typed.price} set={(text) => set({ price: text })} error={sending.errors.price} />
          <Choice label="In" value={typed.currency} set={(currency) => set({ currency })} options={[...new Set([typed.currency, ...CURRENCIES])].map((it) => [it, it] as const)} />
          <Field label="Your stock" name="stock" inputMode="numeric" autocomplete="off" value={typed.stock} set={(stock) => set({ stock })} error={sending.errors.stock} />
        </div>
      </Form>
    </div>
  );
}
