import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ProductCard } from "../contract";
import type { Paged } from "../core/loading";
import { More } from "./more";
import { Picture } from "./picture";
import { PriceTag } from "./price";
import { Stars } from "../reviews/stars";
import { Badge, Empty, Loading, Skeleton } from "./states";

// So many cards fill the first screen of a desktop.
const FIRST_ROWS = 8;

/** Products as cards, with the way to more of them. */
export function ProductGrid({ list, empty }: { list: Paged<ProductCard>; empty: ComponentChildren }): JSX.Element {
  const grid = useFocusOnNew(list.items?.length ?? 0);
  if (list.items === undefined && list.error === undefined) {
    return (
      <Loading>
        <div class="grid">
          <Skeleton kind="card" times={FIRST_ROWS} />
        </div>
      </Loading>
    );
  }
  return (
    <>
      {list.items?.length === 0 && <Empty title="Nothing here yet">{empty}</Empty>}
      <ul class="grid" ref={grid}>
        {list.items?.map((product, index) => (
          <li key={product.id}>
            <Card product={product} eager={index < FIRST_ROWS} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

function Card({ product, eager }: { product: ProductCard; eager: boolean }): JSX.Element {
  return (
    <a class="card" href={`/p/${product.slug}`}>
      <Picture url={product.image?.url} alt="" eager={eager} />
      <div class="card-text">
        <p class="card-title">{product.title}</p>
        <p class="card-seller">{product.seller.name}</p>
        {product.rating.count > 0 && (
          <p class="card-rating">
            <Stars stars={product.rating.average} /> <span class="soft">{product.rating.count}</span>
          </p>
        )}
        <PriceTag now={product.price} before={product.compare_at_price} />
        {!product.in_stock && <Badge>Sold out</Badge>}
      </div>
    </a>
  );
}

/** When a list grows because its "more" button was pressed, the keyboard goes on at the first of the new. */
function useFocusOnNew(length: number): { current: HTMLUListElement | null } {
  const list = useRef<HTMLUListElement>(null);
  const before = useRef(length);
  useEffect(() => {
    const pressed = document.activeElement === document.body || document.activeElement?.matches(".more button");
    if (before.current > 0 && length > before.current && pressed) {
      list.current?.children[before.current]?.querySelector("a")?.focus({ preventScroll: true });
    }
    before.current = length;
  }, [length]);
  return list;
}
