import type { JSX } from "preact";
import { useLoaded } from "../../core/loading";
import { call } from "../../core/api";
import { Loading, Trouble } from "../../parts/states";
import { AttributeForm } from "./attribute-form";
import { BrandForm, CategoryForm } from "./shelf-forms";
import { Editable } from "./editable";
import { OfficePage } from "./frame";

/** How goods are sorted: categories, brands, and what products say of themselves. */
export function OfficeCatalog(): JSX.Element {
  return (
    <OfficePage title="Catalog">
      <Categories />
      <Brands />
      <Attributes />
    </OfficePage>
  );
}

function Categories(): JSX.Element {
  const { value, error, again } = useLoaded("categories to edit", () => call("catalog.list_categories", {}));
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value) return <Loading />;
  return (
    <Editable
      title="Categories"
      noun="category"
      items={value.map((it) => ({ id: it.id, name: it.name, about: it.path.join(" / "), item: it }))}
      form={(known, done, cancel) => <CategoryForm all={value} known={known} done={done} cancel={cancel} />}
      changed={again}
    />
  );
}

function Brands(): JSX.Element {
  const { value, error, again } = useLoaded("brands to edit", () => call("catalog.list_brands", { limit: 100 }));
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value) return <Loading />;
  return (
    <Editable
      title="Brands"
      noun="brand"
      items={value.items.map((it) => ({ id: it.id, name: it.name, about: it.slug, item: it }))}
      form={(known, done, cancel) => <BrandForm known={known} done={done} cancel={cancel} />}
      changed={again}
    />
  );
}

function Attributes(): JSX.Element {
  const attributes = useLoaded("attributes to edit", () => call("catalog.list_attributes", {}));
  const categories = useLoaded("categories of attributes", () => call("catalog.list_categories", {})).value ?? [];
  if (attributes.error !== undefined) return <Trouble error={attributes.error} again={attributes.again} />;
  if (!attributes.value) return <Loading />;
  const path = (id: string | null): string => categories.find((it) => it.id === id)?.path.join(" / ") ?? "every category";
  return (
    <Editable
      title="Attributes"
      noun="attribute"
      items={attributes.value.map((it) => ({ id: it.id, name: it.name, about: [it.code, path(it.category_id), it.required && "required", it.filterable && "lists narrow by it"].filter(Boolean).join(" · "), item: it }))}
      form={(known, done, cancel) => <AttributeForm categories={categories} known={known} done={done} cancel={cancel} />}
      changed={attributes.again}
    />
  );
}
