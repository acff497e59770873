import type { JSX } from "preact";
import type { SellerRight } from "../../contract";
import { me } from "../../core/session";
import { Tick } from "../../parts/field";

const RIGHTS: readonly (readonly [SellerRight, string])[] = [
  ["products", "Products and prices"],
  ["stock", "Stock"],
  ["orders", "Orders, returns and disputes"],
  ["coupons", "Coupons, campaigns and flash sales"],
  ["money", "Earnings and payouts"],
  ["staff", "People of the shop"],
];

interface Props {
  chosen: ReadonlySet<SellerRight>;
  set: (chosen: ReadonlySet<SellerRight>) => void;
  error?: string;
}

/** What somebody may do for the shop, to be ticked: nobody gives or takes what they have not themselves. */
export function RightsPicker({ chosen, set, error }: Props): JSX.Element {
  const own = me.value?.seller_rights ?? [];
  const toggle = (right: SellerRight, on: boolean): void => set(new Set(on ? [...chosen, right] : [...chosen].filter((it) => it !== right)));
  return (
    <fieldset class="scopes" aria-invalid={error ? "true" : undefined} tabIndex={error ? -1 : undefined}>
      <legend>May look after</legend>
      {error && <p class="field-error">{error}</p>}
      <div class="ticks">
        {RIGHTS.filter(([right]) => own.includes(right) || chosen.has(right)).map(([right, text]) => (
          <Tick key={right} label={text} value={chosen.has(right)} set={(on) => toggle(right, on)} />
        ))}
      </div>
    </fieldset>
  );
}

/** What somebody may do, in words. */
export function rightsText(rights: readonly SellerRight[]): string {
  return RIGHTS.filter(([right]) => rights.includes(right)).map(([, text]) => text).join(" · ");
}

/** What is wrong with a choice of rights before the shop is asked. */
export function noRights(chosen: ReadonlySet<SellerRight>): Record<string, string> | undefined {
  return chosen.size === 0 ? { rights: "Please tick at least one." } : undefined;
}
