import type { CreateProduct, Id, Product, ProductStatus } from "../../contract";
import { readMoney, typed as typedMoney } from "../../core/format";
import { newId } from "../../core/ids";

/** A variant as it is typed. `values` are its options, by their names. */
export interface TypedVariant {
  id: Id;
  isNew: boolean;
  sku: string;
  values: Readonly<Record<string, string>>;
  price: string;
  before: string;
  stock: string;
}

/** A product as it is typed. `slugTyped`: the address does not follow the title any more. */
export interface TypedProduct {
  title: string;
  slug: string;
  slugTyped: boolean;
  description: string;
  category: string;
  status: ProductStatus;
  images: string;
  options: string;
  currency: string;
  variants: readonly TypedVariant[];
}

// A new shop's goods are in this; those of a product that exists stay in theirs.
const CURRENCY = "EUR";

export function freshVariant(): TypedVariant {
  return { id: newId(), isNew: true, sku: "", values: {}, price: "", before: "", stock: "0" };
}

export function freshProduct(): TypedProduct {
  return { title: "", slug: "", slugTyped: false, description: "", category: "", status: "active", images: "", options: "", currency: CURRENCY, variants: [freshVariant()] };
}

/** A product that exists, to be changed. */
export function productOf(product: Product): TypedProduct {
  return {
    title: product.title,
    slug: product.slug,
    slugTyped: true,
    description: product.description,
    category: product.category_id ?? "",
    status: product.status,
    images: product.images.map((it) => it.url).join("\n"),
    options: product.options.join(", "),
    currency: product.variants[0]?.price.currency ?? CURRENCY,
    variants: product.variants.map((it) => ({
      id: it.id,
      isNew: false,
      sku: it.sku,
      values: it.options,
      price: typedMoney(it.price),
      before: it.compare_at_price ? typedMoney(it.compare_at_price) : "",
      stock: String(it.stock),
    })),
  };
}

/** The names that variants differ in, out of what was typed. */
export function optionNames(typed: string): readonly string[] {
  return [...new Set(typed.split(",").map((it) => it.trim()).filter(Boolean))];
}

type Read = Omit<CreateProduct, "product_id" | "brand_id">;

/** What was typed as the shop takes it, and what is wrong with it, by field. The shop itself judges the rest. */
export function readProduct(typed: TypedProduct): { command: Read; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const options = optionNames(typed.options);
  if (typed.title.trim() === "") errors.title = "Please type its title.";
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(typed.slug)) errors.slug = "Small letters and digits, with single - between.";
  if (options.length > 3) errors.options = "Three at most.";
  const variants = typed.variants.map((it) => readVariant(it, options, typed.currency, errors));
  const images = typed.images.split("\n").map((it) => it.trim()).filter(Boolean);
  if (images.some((url) => !/^(https:\/\/|\/)\S+$/.test(url))) errors.images = "Each address begins with https:// or with a /.";
  const command: Read = {
    title: typed.title.trim(),
    slug: typed.slug,
    description: typed.description,
    status: typed.status,
    category_id: typed.category || null,
    options,
    images: images.map((url) => ({ url, alt: "" })),
    variants,
  };
  return { command, errors };
}

function readVariant(it: TypedVariant, options: readonly string[], currency: string, errors: Record<string, string>): Read["variants"][number] {
  const price = readMoney(it.price, currency);
  const before = it.before.trim() ? readMoney(it.before, currency) : null;
  const values = options.map((name) => [name, (it.values[name] ?? "").trim()] as const);
  if (it.sku.trim() === "") errors.variants ??= "Each variant needs its SKU.";
  else if (!price || before === undefined) errors.variants ??= `Please type the prices of ${it.sku} in ${currency}, like 12.90.`;
  else if (values.some(([, value]) => value === "")) errors.variants ??= `Please say what ${it.sku} differs in.`;
  else if (!/^\d{1,9}$/.test(it.stock.trim())) errors.variants ??= `Please type the stock of ${it.sku} as a whole number.`;
  return { id: it.id, sku: it.sku.trim(), options: Object.fromEntries(values), price: price ?? { amount: 0, currency }, compare_at_price: before ?? null, stock: it.isNew ? Number(it.stock) : null };
}
