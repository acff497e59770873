import { Fragment, type JSX } from "preact";
import type { Attribute, Product } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";

/** What a product says of itself beside its description, by the names of its attributes. */
export function ProductDetails({ product }: { product: Product }): JSX.Element | null {
  const said = Object.keys(product.attributes).length > 0;
  const all = useLoaded(said ? "attributes" : "", () => call("catalog.list_attributes", {})).value ?? [];
  const known = all.filter((it) => it.code in product.attributes);
  if (known.length === 0) return null;
  return (
    <dl class="facts" aria-label="Details">
      {known.map((it) => (
        <Fragment key={it.id}>
          <dt>{it.name}</dt>
          <dd>{words(it, product.attributes[it.code]!)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function words({ unit }: Attribute, value: string | boolean | number): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return unit ? `${value} ${unit}` : String(value);
}
