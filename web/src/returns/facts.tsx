import type { JSX } from "preact";
import type { Return, ReturnLine, ReturnState } from "../contract";
import { day, money } from "../core/format";
import { addressLines } from "../parts/postal-form";
import { EvidencePictures } from "./evidence";
import { REASONS } from "./words";

// As long as it is not decided, both sides may show more.
const OPEN: readonly ReturnState[] = ["requested", "approved", "sent", "received"];

/** Items, why, and what came of it; with the pictures of it. */
export function ReturnFacts({ rma }: { rma: Return }): JSX.Element {
  return (
    <>
      <Facts rma={rma} />
      <EvidencePictures about={{ return_id: rma.id }} open={OPEN.includes(rma.state)} moved={rma} />
    </>
  );
}

function Facts({ rma }: { rma: Return }): JSX.Element {
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
        {rma.send_to && (
          <>
            <dt>It goes to</dt>
            <dd>
              {addressLines(rma.send_to).map((text) => (
                <p key={text}>{text}</p>
              ))}
            </dd>
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
