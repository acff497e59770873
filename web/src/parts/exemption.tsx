import type { ComponentChildren, JSX } from "preact";
import type { TaxExemption } from "../contract";
import { calendarDay } from "../core/format";
import { Badge } from "./states";

/** What frees somebody from taxes: why, where and for how long. */
export function ExemptionFacts({ one, children }: { one: TaxExemption; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="row-main">
      <p class="row-title">
        {one.reason} {one.revoked_at !== null && <Badge tone="bad">Revoked {calendarDay(one.revoked_at)}</Badge>}
      </p>
      <p class="soft">
        {one.document} · {one.places.join(", ")} · since {calendarDay(one.valid_from)}
        {one.valid_until !== null && ` until ${calendarDay(one.valid_until)}`}
      </p>
      {children}
    </div>
  );
}
