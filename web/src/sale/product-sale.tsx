import type { JSX } from "preact";
import type { FlashSale } from "../contract";
import { call } from "../core/api";
import { left, money } from "../core/format";
import { useLoaded } from "../core/loading";
import { useLiveSale } from "./live";
import { isOver } from "./stage";

// More sales than this are not open or coming at once in a shop of this size; the list has the soonest first.
const LOOKED_AT = 100;

/** The way to the flash sale that a product is in, if it is in one. */
export function ProductSale({ productId }: { productId: string }): JSX.Element | null {
  const sales = useLoaded("product sales", () => call("flash_sales.list", { limit: LOOKED_AT }));
  const sale = sales.value?.items.find((it) => it.product_id === productId && !isOver(it));
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
