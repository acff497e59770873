import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Attribute, Brand, Category } from "../../contract";
import { call } from "../../core/api";
import { useLoaded, usePages, type Paged } from "../../core/loading";
import { Editable } from "../../parts/editable";
import { Field } from "../../parts/field";
import { More } from "../../parts/more";
import { usePaused } from "../../parts/search-field";
import { Loading, Trouble } from "../../parts/states";
import { AttributeForm } from "./attribute-form";
import { BrandForm, CategoryForm } from "./shelf-forms";
import { OfficePage } from "./frame";

/** How goods are sorted: categories, brands, and what products say of themselves. */
export function OfficeCatalog(): JSX.Element {
  return (
    <OfficePage title="Catalog">
      <Shelves />
    </OfficePage>
  );
}

/** The three lists come together: none pushes another down. */
function Shelves(): JSX.Element {
  const { value, error, again } = useLoaded("shelves", () => Promise.all([call("catalog.list_categories", {}), call("catalog.list_attributes", {})]));
  const [typed, type] = useState("");
  const query = usePaused(typed.trim());
  const brands = usePages(`brands ${query}`, (cursor) => call("catalog.list_brands", { query, cursor }));
  // Until others are found, those found before stay.
  const shown = useRef(brands.items);
  shown.current = brands.items ?? shown.current;
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value || (!shown.current && brands.error === undefined)) return <Loading />;
  const [categories, attributes] = value;
  return (
    <>
      <Categories categories={categories} changed={again} />
      <Brands brands={shown.current ?? []} list={brands} typed={typed} type={type} />
      <Attributes attributes={attributes} categories={categories} changed={again} />
    </>
  );
}

interface Changed {
  changed: () => void;
}

function Categories({ categories, changed }: Changed & { categories: readonly Category[] }): JSX.Element {
  return (
    <Editable
      title="Categories"
      noun="category"
      items={categories.map((it) => ({ id: it.id, name: it.name, about: it.path.join(" / "), item: it }))}
      form={(known, done, cancel) => <CategoryForm all={categories} known={known} done={done} cancel={cancel} />}
      changed={changed}
    />
  );
}

interface BrandsProps {
  brands: readonly Brand[];
  list: Paged<Brand>;
  typed: string;
  type: (text: string) => void;
}

function Brands({ brands, list, typed, type }: BrandsProps): JSX.Element {
  return (
    <Editable
      title="Brands"
      noun="brand"
      items={brands.map((it) => ({ id: it.id, name: it.name, about: it.slug, item: it }))}
      form={(known, done, cancel) => <BrandForm known={known} done={done} cancel={cancel} />}
      changed={list.again}
      nothing={typed && "No brand's name has this in it."}
      above={<Field label="Find a brand" name="brand" type="search" autocomplete="off" value={typed} set={type} />}
      below={<More list={list} />}
    />
  );
}

function Attributes({ attributes, categories, changed }: Changed & { attributes: readonly Attribute[]; categories: readonly Category[] }): JSX.Element {
  const path = (id: string | null): string => categories.find((it) => it.id === id)?.path.join(" / ") ?? "every category";
  return (
    <Editable
      title="Attributes"
      noun="attribute"
      items={attributes.map((it) => ({ id: it.id, name: it.name, about: [it.code, path(it.category_id), it.required && "required", it.filterable && "lists narrow by it"].filter(Boolean).join(" · "), item: it }))}
      form={(known, done, cancel) => <AttributeForm categories={categories} known={known} done={done} cancel={cancel} />}
      changed={changed}
    />
  );
}
