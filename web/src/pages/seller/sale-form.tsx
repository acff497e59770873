import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { FlashSale, Product, Variant } from "../../contract";
import { call } from "../../core/api";
import { serverNow } from "../../core/clock";
import { money, optionText } from "../../core/format";
import { newId } from "../../core/ids";
import { useLoaded } from "../../core/loading";
import { Choice, Field, Tick } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending, type Sending } from "../../parts/forms";
import { Empty, Loading, Trouble } from "../../parts/states";
import { freshTerms, readTerms, TERMS, termsOf, type Terms, type Texts, type Typed } from "./terms";

interface NewProps {
  done: (sale: FlashSale) => void;
  cancel: () => void;
}

/** Set a sale up: of which variant, and on which terms. */
export function NewSaleForm({ done, cancel }: NewProps): JSX.Element {
  const products = useLoaded("sale form products", () => call("catalog.list_seller_products", { limit: 100 }));
  const [chosen, choose] = useState("");
  const slug = chosen || (products.value?.items.find((it) => it.in_stock) ?? products.value?.items[0])?.slug || "";
  const product = useLoaded(slug, () => call("catalog.show_product", { product: slug }));
  if (products.error !== undefined) return <Trouble error={products.error} again={products.again} />;
  if (!products.value) return <Loading />;
  if (!slug) {
    return (
      <Empty title="No products yet">
        A sale is of one of your products. <a href="/seller/products/new">Create one first</a>
      </Empty>
    );
  }
  return (
    <div class="panel">
      <h2>New sale</h2>
      <Choice label="Product" value={slug} set={choose} options={products.value.items.map((it) => [it.slug, it.title] as const)} />
      {product.error !== undefined && <Trouble error={product.error} again={product.again} />}
      {product.value ? <OfProduct key={product.value.id} product={product.value} done={done} cancel={cancel} /> : <Loading />}
    </div>
  );
}

function OfProduct({ product, done, cancel }: NewProps & { product: Product }): JSX.Element {
  const [variantId, setVariantId] = useState((product.variants.find((it) => it.stock > 0) ?? product.variants[0])?.id ?? "");
  const [typed, setTyped] = useState(() => freshTerms(serverNow()));
  const sending = useSending(["variant_id", ...TERMS]);
  // One id for this sale, however often it has to be sent; other terms after a refusal are still the same sale.
  const saleId = useMemo(newId, [variantId]);
  const variant = product.variants.find((it) => it.id === variantId);
  return (
    <TermsForm
      currency={variant?.price.currency ?? "USD"}
      typed={typed}
      setTyped={setTyped}
      sending={sending}
      submit="Create the sale"
      cancel={cancel}
      send={async (terms) => done(await call("flash_sales.create", { sale_id: saleId, variant_id: variantId, ...terms }))}
    >
      <Choice
        label="Variant"
        value={variantId}
        set={setVariantId}
        error={sending.errors.variant_id}
        options={product.variants.map((it) => [it.id, variantText(it)] as const)}
      />
    </TermsForm>
  );
}

function variantText(variant: Variant): string {
  return `${optionText(variant.options) || variant.sku} · ${money(variant.price)} · ${variant.stock} in stock`;
}

/** Change the terms of a sale. */
export function EditSaleForm({ sale, done, cancel }: { sale: FlashSale; done: () => void; cancel: () => void }): JSX.Element {
  const [typed, setTyped] = useState(() => termsOf(sale));
  const sending = useSending(TERMS);
  return (
    <div class="panel">
      <h2>Edit the sale</h2>
      <TermsForm
        currency={sale.sale_price.currency}
        typed={typed}
        setTyped={setTyped}
        sending={sending}
        submit="Save"
        cancel={cancel}
        before={sale}
        send={async (terms) => {
          await call("flash_sales.edit", { sale_id: sale.id, ...terms });
          done();
        }}
      />
    </div>
  );
}

interface TermsProps {
  currency: string;
  typed: Typed;
  setTyped: (typed: Typed) => void;
  sending: Sending;
  submit: string;
  before?: FlashSale;
  send: (terms: Terms) => Promise<void>;
  cancel: () => void;
  children?: ComponentChildren;
}

function TermsForm({ currency, typed, setTyped, sending, submit, before, send, cancel, children }: TermsProps): JSX.Element {
  const field = (name: Texts): { name: string; value: string; set: (value: string) => void; error: string | undefined } => ({
    name,
    value: typed[name],
    set: (value) => setTyped({ ...typed, [name]: value }),
    error: sending.errors[name],
  });
  const read = readTerms(typed, currency, before);
  const sent = async (): Promise<void> => ("terms" in read ? send(read.terms) : undefined);
  return (
    <Form sending={sending} submit={submit} busy="Saving…" check={() => ("errors" in read ? read.errors : undefined)} send={sent} cancel={cancel}>
      {children}
      <div class="fields">
        <Field label="Sale price" inputMode="decimal" unit={currency} {...field("sale_price")} />
        <Field label="Units" inputMode="numeric" hint="They are taken out of your stock." {...field("quantity_limit")} />
        <Field label="Opens" type="datetime-local" step="1" {...field("start_time")} />
        <Field label="Ends" type="datetime-local" step="1" {...field("end_time")} />
        <Field label="Units for each customer" inputMode="numeric" {...field("per_customer_limit")} />
        <Field label="Held for payment" inputMode="numeric" unit="seconds" {...field("hold_seconds")} />
      </div>
      <fieldset class="ticks">
        <legend>Against those who want it all</legend>
        <Tick label="Count the limit by card, too" value={typed.by_card} set={(by_card) => setTyped({ ...typed, by_card })} />
        <Tick label="Count the limit by delivery address, too" value={typed.by_address} set={(by_address) => setTyped({ ...typed, by_address })} />
        <Tick label="Ask for a proof of work, against bots" value={typed.proof_of_work} set={(proof_of_work) => setTyped({ ...typed, proof_of_work })} />
      </fieldset>
    </Form>
  );
}
