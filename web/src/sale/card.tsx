import type { JSX } from "preact";
import type { FlashSale, Phase } from "../contract";
import { day, left } from "../core/format";
import { Picture } from "../parts/picture";
import { PriceTag } from "../parts/price";
import { Badge } from "../parts/states";
import { useLiveSale } from "./live";
import { isOver } from "./stage";
import { UnitsBar } from "./units-bar";

/** A sale in a list, live. */
export function SaleCard({ sale: known }: { sale: FlashSale }): JSX.Element {
  const { sale, phase, remaining } = useLiveSale(known, !isOver(known));
  return (
    <a class="card sale-card" href={`/sales/${sale.id}`}>
      <Picture url={sale.image_url} alt="" eager />
      <div class="card-text">
        <PhaseBadge sale={sale} phase={phase} />
        <p class="card-title">{sale.title}</p>
        <PriceTag now={sale.sale_price} before={sale.original_price} />
        {phase === "open" && <UnitsBar sale={sale} />}
        <p class="sale-when">
          {phase === "upcoming" && (
            <>
              Opens in <Digits remaining={remaining} />
            </>
          )}
          {phase === "open" && (
            <>
              Ends in <Digits remaining={remaining} />
            </>
          )}
          {phase === "ended" && `Ended ${day(sale.end_time)} · ${sale.sold_count} of ${sale.quantity_limit} sold`}
          {phase === "cancelled" && "Cancelled by its seller"}
        </p>
      </div>
    </a>
  );
}

const A_DAY = 86_400_000;

function Digits({ remaining }: { remaining: number }): JSX.Element {
  const days = Math.floor(remaining / A_DAY);
  return <strong class="digits">{days > 0 ? `${days} d ${left(remaining % A_DAY)}` : left(remaining)}</strong>;
}

export function PhaseBadge({ sale, phase }: { sale: FlashSale; phase: Phase }): JSX.Element {
  if (phase === "upcoming") return <Badge tone="warm">Soon</Badge>;
  if (phase === "ended") return <Badge>Over</Badge>;
  if (phase === "cancelled") return <Badge>Cancelled</Badge>;
  if (sale.left > 0) return <Badge tone="good">Open now</Badge>;
  return <Badge tone="bad">{sale.held_count > 0 ? "All on hold" : "Sold out"}</Badge>;
}
