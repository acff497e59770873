import type { CreateProduct, Id, Product, ProductStanding, ProductStatus } from "../../contract";
import { readMoney, typed as typedMoney } from "../../core/format";
import { newId } from "../../core/ids";
import { CURRENCIES } from "../../parts/currencies";
import { typedValues } from "./attribute-fields";

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
  /** Undefined while what is typed is none that was chosen. */
  brand: string | undefined;
  /** By the attribute's code. */
  attributes: Readonly<Record<string, string>>;
  status: ProductStatus;
  options: string;
  currency: string;
  variants: readonly TypedVariant[];
}

export function freshVariant(): TypedVariant {
  return { id: newId(), isNew: true, sku: "", values: {}, price: "", before: "", stock: "0" };
}

export function freshProduct(currency: string = CURRENCIES[0]): TypedProduct {
  return { title: "", slug: "", slugTyped: false, description: "", category: "", brand: "", attributes: {}, status: "active", options: "", currency, variants: [freshVariant()] };
}

/** A product that exists, to be changed: as it was last sent to review, if that waits or was rejected. */
export function productOf(product: Product, { submission }: ProductStanding): TypedProduct {
  const open = submission?.state === "waiting" || submission?.state === "rejected";
  const said = (open && submission.revision) || product;
  return {
    title: said.title,
    slug: product.slug,
    slugTyped: true,
    description: said.description,
    category: said.category_id ?? "",
    brand: product.brand?.id ?? "",
    attributes: typedValues(said.attributes),
    status: product.status,
    options: product.options.join(", "),
    currency: product.variants[0]?.price.currency ?? CURRENCIES[0],
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
  if (typed.brand === undefined) errors.brand_id = "Please choose one that was found, or none.";
  const variants = typed.variants.map((it) => readVariant(it, options, typed.currency, errors));
  const command: Read = {
    title: typed.title.trim(),
    slug: typed.slug,
    description: typed.description,
    status: typed.status,
    category_id: typed.category || null,
    options,
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
