import type { JSX } from "preact";
import type { Return, ReturnLine } from "../contract";
import { day, money } from "../core/format";
import { REASONS } from "./words";

/** Items, why, and what came of it. */
export function ReturnFacts({ rma }: { rma: Return }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="goods">
      <h2 id="goods">Items</h2>
      <ul class="lines">
        {rma.lines.map((line) => (
          <li key={line.line_id}>
            <div>
              <p class="row-title">
                {line.quantity} × {line.title}
              </p>
              <p class="soft">{told(line)}</p>
            </div>
            <p>{money(line.worth)}</p>
          </li>
        ))}
      </ul>
      <dl class="facts">
        <dt>Why</dt>
        <dd>
          {REASONS[rma.reason]}
          {rma.words && <p class="review-text">{rma.words}</p>}
        </dd>
        {rma.decision && (
          <>
            <dt>The seller says</dt>
            <dd class="review-text">{rma.decision}</dd>
          </>
        )}
        {rma.tracking && (
          <>
            <dt>Return parcel</dt>
            <dd>{rma.tracking}</dd>
          </>
        )}
        {rma.replacement_tracking && (
          <>
            <dt>Replacement parcel</dt>
            <dd>{rma.replacement_tracking}</dd>
          </>
        )}
        {rma.refunded.amount > 0 && (
          <>
            <dt>Refunded</dt>
            <dd>{money(rma.refunded)}</dd>
          </>
        )}
        <dt>Requested</dt>
        <dd>{day(rma.requested_at)}</dd>
      </dl>
    </section>
  );
}

function told(line: ReturnLine): string {
  const from = line.replaced_in ? "it came in an exchange · " : "";
  const wish = line.exchange_for === null ? "for a refund" : line.exchange_for === line.variant_id ? "for the same again" : "for another variant";
  return line.received === null ? `${from}${wish}` : `${from}${wish} · ${line.received} came`;
}
