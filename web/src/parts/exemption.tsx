import type { ComponentChildren, JSX } from "preact";
import type { TaxExemption, VatCheck } from "../contract";
import { calendarDay } from "../core/format";
import { Badge } from "./states";

/** What frees somebody from taxes: why, where and for how long. */
export function ExemptionFacts({ one, children }: { one: TaxExemption; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="row-main">
      <p class="row-title">
        {one.reason} {one.revoked_at !== null && <Badge tone="bad">Revoked {calendarDay(one.revoked_at)}</Badge>} {one.vat && <Standing vat={one.vat} />}
      </p>
      <p class="soft">
        {one.document} · {one.places.join(", ")} · since {calendarDay(one.valid_from)}
        {one.valid_until !== null && ` until ${calendarDay(one.valid_until)}`}
      </p>
      {children}
    </div>
  );
}

/** What the EU's register says of a VAT number. */
function Standing({ vat: { standing, checked_at } }: { vat: VatCheck }): JSX.Element {
  if (standing === "unchecked" || checked_at === null) return <Badge>VAT number not checked yet</Badge>;
  return standing === "registered" ? <Badge tone="good">Registered, {calendarDay(checked_at)}</Badge> : <Badge tone="bad">Not registered, {calendarDay(checked_at)}</Badge>;
}
