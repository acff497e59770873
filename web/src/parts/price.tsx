import type { JSX } from "preact";
import type { Money } from "../contract";
import { money, percentOff } from "../core/format";

interface Props {
  now: Money;
  before?: Money | null;
  large?: boolean;
}

/** A price, beside what it was before, if it was more. */
export function PriceTag({ now, before, large = false }: Props): JSX.Element {
  const off = before && before.currency === now.currency ? percentOff(now, before) : 0;
  return (
    <p class={large ? "price price-large" : "price"}>
      <span class={off > 0 ? "price-now price-lower" : "price-now"}>{money(now)}</span>
      {off > 0 && before && (
        <>
          <s class="price-before">
            <span class="hidden">before </span>
            {money(before)}
          </s>
          <span class="price-off">
            <span aria-hidden="true">−{off}%</span>
            <span class="hidden">{off} percent less</span>
          </span>
        </>
      )}
    </p>
  );
}
