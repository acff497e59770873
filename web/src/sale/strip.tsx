import type { JSX } from "preact";
import type { FlashSale } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";
import { Picture } from "../parts/picture";
import { PriceTag } from "../parts/price";
import { Countdown } from "./countdown";
import { useLiveSale } from "./live";
import { isOver } from "./stage";
import { UnitsBar } from "./units-bar";

/** The first sale that is open, or the next one, at the top of the shop. Its place is kept while it is fetched. */
export function SaleStrip(): JSX.Element | null {
  const sales = useLoaded("strip", () => call("flash_sales.list", { limit: 4 }));
  const next = sales.value?.items.find((sale) => !isOver(sale));
  if (sales.value && !next) return null;
  if (sales.error !== undefined) return null;
  return <section class="strip">{next ? <Strip sale={next} /> : <div class="strip-in skeleton" aria-hidden="true" />}</section>;
}

function Strip({ sale: known }: { sale: FlashSale }): JSX.Element {
  const { sale, phase, remaining } = useLiveSale(known);
  return (
    <a class="strip-in" href={`/sales/${sale.id}`}>
      <Picture url={sale.image_url} alt="" eager />
      <div class="strip-text">
        <p class="strip-kind">{phase === "open" ? "Flash sale, open now" : phase === "upcoming" ? "Flash sale, opening soon" : "Flash sale, over"}</p>
        <p class="strip-title">{sale.title}</p>
        <PriceTag now={sale.sale_price} before={sale.original_price} />
      </div>
      <div class="strip-live">
        <Countdown label={phase === "upcoming" ? "Opens in" : "Ends in"} remaining={remaining} />
        <UnitsBar sale={sale} />
      </div>
    </a>
  );
}
