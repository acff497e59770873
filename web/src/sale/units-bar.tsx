import type { JSX } from "preact";
import type { FlashSale } from "../contract";

/** How many units are left, as a bar: bought, on hold, free. */
export function UnitsBar({ sale }: { sale: FlashSale }): JSX.Element {
  const share = (units: number): string => `${(100 * units) / Math.max(1, sale.quantity_limit)}%`;
  return (
    <div class="units">
      <p class="units-text">
        <strong class="units-left">{sale.left}</strong> of {sale.quantity_limit} left
        {sale.held_count > 0 && <span class="soft"> · {sale.held_count} on hold</span>}
      </p>
      <div class="units-bar" role="meter" aria-label="Units left" aria-valuemin={0} aria-valuemax={sale.quantity_limit} aria-valuenow={sale.left}>
        <span class="units-free" style={{ width: share(sale.left) }} />
        <span class="units-held" style={{ width: share(sale.held_count) }} />
      </div>
    </div>
  );
}
