import type { JSX } from "preact";
import type { FlashSale } from "../contract";
import { call } from "../core/api";
import { left, money } from "../core/format";
import { useLoaded } from "../core/loading";
import { useLiveSale } from "./live";
import { isOver } from "./stage";

/** The way to the flash sale that a product is in, if it is in one. */
export function ProductSale({ productId }: { productId: string }): JSX.Element | null {
  const sales = useLoaded(`sales of ${productId}`, () => call("flash_sales.list", { product_id: productId, limit: 1 }));
  const sale = sales.value?.items.find((it) => !isOver(it));
  return sale ? <InSale sale={sale} /> : null;
}

function InSale({ sale: known }: { sale: FlashSale }): JSX.Element {
  const { sale, phase, remaining } = useLiveSale(known);
  return (
    <a class="offer" href={`/sales/${sale.id}`}>
      <span>
        <strong>In a flash sale for {money(sale.sale_price)}</strong>
        <span class="soft">
          {phase === "upcoming" && `Opens in ${left(remaining)}`}
          {phase === "open" && `${sale.left} of ${sale.quantity_limit} left · ends in ${left(remaining)}`}
          {(phase === "ended" || phase === "cancelled") && "It is over"}
        </span>
      </span>
      <span class="button button-small">{phase === "open" ? "Go get it" : "See it"}</span>
    </a>
  );
}
