import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import type { Category, ProductSort } from "../contract";
import { call } from "../core/api";
import { below, pathTo, useCategories } from "../core/goods";
import { usePages } from "../core/loading";
import { Campaigns } from "../parts/campaigns";
import { useTitle } from "../parts/page";
import { Narrowing } from "../parts/narrowing";
import { ProductGrid } from "../parts/product-grid";
import { Trail } from "../parts/trail";
import { SaleStrip } from "../sale/strip";
import { NotFound } from "./not-found";

const SORTS: readonly (readonly [ProductSort, string])[] = [
  ["newest", "Newest first"],
  ["price_up", "Price: low to high"],
  ["price_down", "Price: high to low"],
  ["title", "Name"],
];

/** The goods: all of them, or those of a category and everything below it. */
export function Shop(): JSX.Element {
  const { params, query } = useRoute();
  const slug = params.category ?? "";
  const sort = SORTS.find(([key]) => key === query.sort)?.[0] ?? "newest";
  const having = query.having ?? "";
  const { path, route } = useLocation();
  const categories = useCategories();
  const category = categories.value?.find((it) => it.slug === slug);
  const products = usePages(`products ${slug} ${sort} ${having}`, (cursor) => call("catalog.list_products", { category: slug, having, sort, cursor }));
  useTitle(slug ? category?.name : "Shop");

  if (slug && categories.value && !category) return <NotFound />;
  const all = categories.value ?? [];
  const show = (sorted: string, narrowed: string): void => {
    const next = new URLSearchParams({ ...(sorted !== "newest" && { sort: sorted }), ...(narrowed && { having: narrowed }) });
    route(next.size ? `${path}?${next}` : path);
  };
  return (
    <div class="shop">
      {!slug && <SaleStrip />}
      {!slug && <Campaigns />}
      <div class="shop-body">
        <CategoryTree all={all} current={category} />
        <section aria-labelledby="goods">
          {slug && <Trail path={pathTo(all, category)} />}
          <div class="shop-head">
            <h1 id="goods">{slug ? (category?.name ?? " ") : "All products"}</h1>
            <div class="actions">
              <Narrowing category={slug} having={having} set={(next) => show(sort, next)} />
              <SortChoice sort={sort} set={(next) => show(next, having)} />
            </div>
          </div>
          <Chips all={all} current={category} />
          <ProductGrid
            list={products}
            empty={
              <>
                {having ? "Nothing has all of that: choose less, or look" : "Look into another category, or"} at <a href="/">all products</a>.
              </>
            }
          />
        </section>
      </div>
    </div>
  );
}

function SortChoice({ sort, set }: { sort: ProductSort; set: (sort: string) => void }): JSX.Element {
  return (
    <label class="sort">
      <span class="hidden">Sort by</span>
      <select value={sort} onChange={(event) => set(event.currentTarget.value)}>
        {SORTS.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CategoriesProps {
  all: readonly Category[];
  current: Category | undefined;
}

/** On a wide screen: the tree, open along the way to where one is. */
function CategoryTree({ all, current }: CategoriesProps): JSX.Element {
  return (
    <nav class="tree" aria-label="Categories">
      <p class="tree-title">Categories</p>
      <Branch all={all} parent={undefined} current={current} />
    </nav>
  );
}

function Branch({ all, parent, current }: CategoriesProps & { parent: Category | undefined }): JSX.Element | null {
  const children = below(all, parent);
  if (children.length === 0) return null;
  return (
    <ul>
      {children.map((category) => (
        <li key={category.id}>
          <a href={`/c/${category.slug}`} aria-current={category.id === current?.id ? "page" : undefined}>
            {category.name}
          </a>
          {current?.path[category.path.length - 1] === category.slug && <Branch all={all} parent={category} current={current} />}
        </li>
      ))}
    </ul>
  );
}

/** On a narrow screen: what is directly below, to scroll sideways; where nothing is, what lies beside. */
function Chips({ all, current }: CategoriesProps): JSX.Element {
  const children = below(all, current);
  const beside = below(all, all.find((it) => it.id === current?.parent_id));
  return (
    <nav class="chips" aria-label="Categories here">
      {(children.length > 0 ? children : beside).map((category) => (
        <a key={category.id} class="chip" href={`/c/${category.slug}`} aria-current={category.id === current?.id ? "page" : undefined}>
          {category.name}
        </a>
      ))}
    </nav>
  );
}
