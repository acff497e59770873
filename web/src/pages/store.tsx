import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import type { StorePage as Store } from "../contract";
import { call } from "../core/api";
import { countryName } from "../core/countries";
import { calendarDay, count } from "../core/format";
import { useLoaded, usePages } from "../core/loading";
import { problemOf } from "../core/problem";
import { Description } from "../parts/description";
import { useTitle } from "../parts/page";
import { ProductGrid } from "../parts/product-grid";
import { Loading, Trouble } from "../parts/states";
import { Stars } from "../reviews/stars";
import { NotFound } from "./not-found";

/** A shop of the marketplace: what it says of itself, what customers say, what it sells. */
export function StorePage(): JSX.Element {
  const slug = useRoute().params.slug ?? "";
  const loaded = useLoaded(slug, () => call("sellers.show", { seller: slug }));
  useTitle(loaded.value?.name);
  if (problemOf(loaded.error, "catalog.seller_not_found")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  return loaded.value ? <Shown key={loaded.value.id} store={loaded.value} /> : <Loading />;
}

function Shown({ store }: { store: Store }): JSX.Element {
  const products = usePages(`products of ${store.id}`, (cursor) => call("sellers.list_products", { seller: store.id, cursor }));
  return (
    <div class="wide">
      <header class="store">
        {store.suspended && <p class="notice notice-bad">This shop is suspended: only who works for it and managers see this page.</p>}
        <h1>{store.name}</h1>
        <p class="soft">
          {store.rating.count > 0 && (
            <>
              <Stars stars={store.rating.average} /> {count(store.rating.count, "review")} ·{" "}
            </>
          )}
          {store.country && `${countryName(store.country)} · `}with us since {calendarDay(store.since)}
        </p>
        {store.description && <Description text={store.description} label={`What ${store.name} says`} />}
        <p class="soft">
          Sent within {count(store.handling_days, "day")} · {count(store.return_days, "day")} to return it
        </p>
      </header>
      <section aria-labelledby="products">
        <h2 id="products">Products</h2>
        <ProductGrid list={products} empty="This shop has nothing for sale right now." />
      </section>
    </div>
  );
}
