import type { JSX } from "preact";
import type { Money } from "../contract";
import { money } from "../core/format";

interface Props {
  amount: Money;
  /** Where the customer confirms it, while the bank wants that. */
  action: string;
  /** The page to come back to. */
  back: string;
  /** What stays theirs meanwhile. */
  kept: string;
}

/** A payment has no outcome yet. */
export function AtTheBank({ amount, action, back, kept }: Props): JSX.Element {
  return (
    <div class="bank" role="status">
      {action ? (
        <>
          <p class="hold-title">Your bank wants you to confirm {money(amount)}</p>
          <p class="soft">It opens in a new tab. This page goes on by itself as soon as you have answered there.</p>
          <a class="button button-wide button-large" href={withReturn(action, back)} target="_blank" rel="noopener">
            Confirm with the bank
          </a>
        </>
      ) : (
        <>
          <p class="hold-title">
            <span class="spinner" aria-hidden="true" /> Waiting for the bank
          </p>
          <p class="soft">
            {money(amount)} is being paid. {kept}
          </p>
        </>
      )}
    </div>
  );
}

/** A bank of our own is told where to lead back to; any other knows from the payment. */
function withReturn(url: string, path: string): string {
  return url.startsWith("/") ? `${url}?return=${encodeURIComponent(path)}` : url;
}
