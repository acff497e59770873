import type { JSX } from "preact";
import type { Attribute, Brand, Category } from "../../contract";
import { call } from "../../core/api";
import { useLoaded } from "../../core/loading";
import { Editable } from "../../parts/editable";
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
  const { value, error, again } = useLoaded("shelves", () => Promise.all([call("catalog.list_categories", {}), call("catalog.list_brands", { limit: 100 }), call("catalog.list_attributes", {})]));
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value) return <Loading />;
  const [categories, brands, attributes] = value;
  return (
    <>
      <Categories categories={categories} changed={again} />
      <Brands brands={brands.items} changed={again} />
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

function Brands({ brands, changed }: Changed & { brands: readonly Brand[] }): JSX.Element {
  return (
    <Editable
      title="Brands"
      noun="brand"
      items={brands.map((it) => ({ id: it.id, name: it.name, about: it.slug, item: it }))}
      form={(known, done, cancel) => <BrandForm known={known} done={done} cancel={cancel} />}
      changed={changed}
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
