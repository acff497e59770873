import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Product, ProductStanding, ProductStatus } from "../../contract";
import { call } from "../../core/api";
import { slugOf } from "../../core/format";
import { useCategories } from "../../core/goods";
import { newId } from "../../core/ids";
import { CURRENCIES } from "../../parts/currencies";
import { Choice, Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { SearchField, type Found } from "../../parts/search-field";
import { TextArea } from "../../parts/text-area";
import { AttributeFields, readValues, useAttributes } from "./attribute-fields";
import { PictureChooser } from "../../parts/picture-chooser";
import { freshProduct, freshVariant, optionNames, productOf, readProduct, type TypedProduct, type TypedVariant } from "./product-terms";

const STATES: readonly (readonly [ProductStatus, string])[] = [
  ["active", "For sale"],
  ["draft", "Draft, only you see it"],
];

/** What is known of a product that exists; a new one is priced in the currency unless another is chosen. */
type Known = { product: Product; standing: ProductStanding; currency?: undefined } | { product?: undefined; standing?: undefined; currency: string | undefined };

interface Sent {
  /** What becomes of the product that was saved, and of the pictures that were chosen with a new one. */
  done: (product: Product, files: readonly File[]) => void;
}

/** What a product is: texts and variants with prices. Pictures, state and stock of what exists are changed elsewhere. */
export function ProductForm({ product, standing, currency, done }: Known & Sent): JSX.Element {
  const id = useMemo(() => product?.id ?? newId(), []);
  const [typed, setTyped] = useState<TypedProduct>(() => (product ? productOf(product, standing) : freshProduct(currency)));
  const [files, setFiles] = useState<readonly File[]>([]);
  const sending = useSending(["title", "slug", "description", "category_id", "brand_id", "attributes", "options", "sku", "variants"]);
  const categories = useCategories().value ?? [];
  const attributes = useAttributes(categories, typed.category);
  const set = (some: Partial<TypedProduct>): void => setTyped({ ...typed, ...some });
  const send = async (): Promise<void> => {
    const command = { product_id: id, brand_id: typed.brand || null, attributes: attributes && readValues(attributes, typed.attributes), ...readProduct(typed).command };
    if (standing) return done(await call("catalog.edit_product", { ...command, status: standing.status }), files);
    return done(await call("catalog.create_product", command), files);
  };
  const check = (): Record<string, string> | undefined => {
    const { errors } = readProduct(typed);
    return Object.keys(errors).length > 0 ? errors : undefined;
  };
  return (
    <div class="panel">
      <Form sending={sending} submit={product ? "Save" : "Create the product"} busy="Saving…" send={send} check={check} label="Product">
        <div class="fields">
          <Field label="Title" name="title" autocomplete="off" value={typed.title} set={(title) => set({ title, slug: typed.slugTyped ? typed.slug : slugOf(title) })} error={sending.errors.title} />
          <Field label="Address" name="slug" autocomplete="off" hint="The end of its page's address" value={typed.slug} set={(slug) => set({ slug, slugTyped: true })} error={sending.errors.slug} />
          <Choice label="Category" value={typed.category} set={(category) => set({ category })} options={[["", "None"], ...categories.map((it) => [it.id, `${"· ".repeat(it.path.length - 1)}${it.name}`] as const)]} error={sending.errors.category_id} />
          <SearchField label="Brand (if any)" name="brand_id" hint="Type a part of its name, and choose it." nothing="There is no such brand. The shop's managers add them." chosen={product?.brand ? { id: product.brand.id, text: product.brand.name } : undefined} find={findBrands} set={(brand) => set({ brand })} error={sending.errors.brand_id} />
          {!product && <Choice label="State" value={typed.status} set={(status) => set({ status: status as ProductStatus })} options={STATES} />}
          {!product && <Choice label="Currency" value={typed.currency} set={(chosen) => set({ currency: chosen })} options={CURRENCIES.map((it) => [it, it] as const)} />}
        </div>
        <TextArea label="Description" name="description" value={typed.description} set={(description) => set({ description })} error={sending.errors.description} />
        <AttributeFields attributes={attributes ?? []} values={typed.attributes} set={(values) => set({ attributes: values })} error={sending.errors.attributes} />
        {!product && <PictureChooser chosen={(more) => setFiles([...files, ...more])} />}
        {files.length > 0 && <p class="soft">{files.map((it) => it.name).join(", ")}: sent with the product.</p>}
        <Field label="What variants differ in (if anything)" name="options" autocomplete="off" hint="Up to three, like: Colour, Size" value={typed.options} set={(options) => set({ options })} error={sending.errors.options} />
        <Variants typed={typed} set={set} error={sending.errors.variants ?? sending.errors.sku} />
      </Form>
    </div>
  );
}

// So many are told of at once; who looks for another types more of its name.
const BRANDS = 8;

async function findBrands(query: string): Promise<readonly Found[]> {
  const { items } = await call("catalog.list_brands", { query, limit: BRANDS });
  return items.map(({ id, name }) => ({ id, text: name, words: name }));
}

function Variants({ typed, set, error }: { typed: TypedProduct; set: (some: Partial<TypedProduct>) => void; error: string | undefined }): JSX.Element {
  const change = (index: number, some: Partial<TypedVariant>): void => set({ variants: typed.variants.with(index, { ...typed.variants[index]!, ...some }) });
  return (
    <fieldset class="variant-fields" aria-invalid={error ? "true" : undefined} tabIndex={error ? -1 : undefined}>
      <legend>Variants</legend>
      {error && <p class="field-error">{error}</p>}
      {typed.variants.map((variant, index) => (
        <fieldset class="variant-field" key={variant.id}>
          <legend>{variant.sku || `Variant ${index + 1}`}</legend>
          {optionNames(typed.options).map((name) => (
            <Field key={name} label={name} name={`option ${name}`} autocomplete="off" value={variant.values[name] ?? ""} set={(value) => change(index, { values: { ...variant.values, [name]: value } })} />
          ))}
          <Field label="SKU" name="sku" autocomplete="off" value={variant.sku} set={(sku) => change(index, { sku })} />
          <Field label="Price" name="price" inputMode="decimal" unit={typed.currency} value={variant.price} set={(price) => change(index, { price })} />
          <Field label="Price before (if any)" name="compare_at_price" inputMode="decimal" unit={typed.currency} value={variant.before} set={(before) => change(index, { before })} />
          {variant.isNew && <Field label="Stock" name="stock" inputMode="numeric" value={variant.stock} set={(stock) => change(index, { stock })} />}
          {typed.variants.length > 1 && (
            <button type="button" class="button button-quiet button-small" onClick={() => set({ variants: typed.variants.filter((it) => it.id !== variant.id) })}>
              Remove<span class="hidden"> variant {index + 1}</span>
            </button>
          )}
        </fieldset>
      ))}
      <button type="button" class="button button-quiet" onClick={() => set({ variants: [...typed.variants, freshVariant()] })}>
        Another variant
      </button>
    </fieldset>
  );
}
