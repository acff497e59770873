import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Claim } from "../contract";
import { day } from "../core/format";
import { NoAnswer, problemOf, sentence } from "../core/problem";
import { me } from "../core/session";
import { signInUrl } from "../parts/page";
import { useKeptFocus } from "../parts/focus";
import { Skeleton } from "../parts/states";
import { ClaimPanel } from "./claim-panel";
import { useClaiming, useMyClaims, type Claiming } from "./claiming";
import type { LiveSale } from "./live";
import { isActive, unitsOf } from "./stage";

/** Everything one can do in a sale, as it stands. */
export function BuyBox({ live }: { live: LiveSale }): JSX.Element {
  const { sale, phase } = live;
  const { mine, known } = useMyClaims(sale.id);
  const claiming = useClaiming(sale.id);
  const shown = mine.filter((claim) => isActive(claim) || claim.state === "paid");
  const free = sale.per_customer_limit - unitsOf(mine);
  const box = useKeptFocus<HTMLDivElement>(shown.length);
  if (!known) return <Skeleton kind="row" />;
  return (
    <div class="buy" ref={box} tabIndex={-1}>
      {shown.map((claim) => (
        <ClaimPanel key={claim.id} claim={claim} holdSeconds={sale.hold_seconds} />
      ))}
      <LastOutcome mine={mine} />
      {phase === "upcoming" && <NotYet live={live} />}
      {phase === "open" && free > 0 && <ClaimBox live={live} free={free} again={shown.length > 0} claiming={claiming} />}
      {phase === "open" && free <= 0 && shown.every((claim) => claim.state === "paid") && <p class="soft center">That is the limit for each customer in this sale: {sale.per_customer_limit}.</p>}
      {(phase === "ended" || phase === "cancelled") && <Over live={live} />}
    </div>
  );
}

/** What became of the latest claim, when it is gone and nothing else is on hold. */
function LastOutcome({ mine }: { mine: readonly Claim[] }): JSX.Element | null {
  const last = mine.at(-1);
  if (last?.state === "lapsed") return <p class="notice">Your hold ran out, and the units went back into the sale. Nothing was charged.</p>;
  if (last?.state === "given_back") return <p class="notice">You gave it back. Nothing was charged.</p>;
  return null;
}

function NotYet({ live }: { live: LiveSale }): JSX.Element {
  const { url } = useLocation();
  return (
    <>
      <button type="button" class="button button-wide button-large" disabled>
        Opens {day(live.sale.start_time)}
      </button>
      {me.value === null ? (
        <p class="soft center">
          <a href={signInUrl(url)}>Sign in now</a> so that one tap is enough when it opens.
        </p>
      ) : (
        <p class="soft center">Stay here: the button opens by itself, at the shop's clock.</p>
      )}
    </>
  );
}

interface ClaimBoxProps {
  live: LiveSale;
  free: number;
  again: boolean;
  claiming: Claiming;
}

function ClaimBox({ live, free, again, claiming }: ClaimBoxProps): JSX.Element {
  const { url } = useLocation();
  const { left, held_count: held } = live.sale;
  const [wanted, setWanted] = useState(1);
  const most = Math.min(free, Math.max(1, left));
  const quantity = claiming.unanswered ?? Math.min(wanted, most);
  if (me.value === null) {
    return (
      <>
        <SoldOutNote live={live} />
        <a class="button button-wide button-large" href={signInUrl(url)}>
          Sign in to claim
        </a>
      </>
    );
  }
  return (
    <>
      <Refusal error={claiming.error} left={left} />
      <SoldOutNote live={live} />
      <div class="claim-line">
        {most > 1 && claiming.unanswered === undefined && <Stepper value={quantity} most={most} set={setWanted} />}
        {(left > 0 || held > 0 || claiming.unanswered !== undefined) && (
          <button type="button" class={again ? "button button-wide button-quiet" : "button button-wide button-large"} disabled={claiming.busy || (left === 0 && claiming.unanswered === undefined)} onClick={() => claiming.claim(quantity)}>
            {claiming.busy ? "Claiming…" : claiming.unanswered !== undefined ? "Try again" : left === 0 ? "All on hold" : `Claim ${again ? "another" : quantity > 1 ? quantity : "yours"}`}
          </button>
        )}
      </div>
    </>
  );
}

/** Why the last attempt did not work, as long as it is still true. */
function Refusal({ error, left }: { error: unknown; left: number }): JSX.Element | null {
  if (error === undefined || problemOf(error, "flash_sales.not_open")) return null;
  if (problemOf(error, "flash_sales.sold_out") && left > 0) return null;
  return (
    <p class="notice notice-bad" role="alert">
      {error instanceof NoAnswer ? "No answer yet, so we do not know whether it worked. Try again: it counts once only." : sentence(error)}
    </p>
  );
}

function SoldOutNote({ live: { sale } }: { live: LiveSale }): JSX.Element | null {
  if (sale.left > 0) return null;
  return (
    <div class="notice notice-warm">
      <p>
        <strong>{sale.held_count > 0 ? "All on hold right now" : "Sold out"}</strong>
      </p>
      <p>{sale.held_count > 0 ? "Holds that are not paid for in time come back. Stay here: the button opens by itself." : "Every unit has been bought. Thank you for coming."}</p>
    </div>
  );
}

function Stepper({ value, most, set }: { value: number; most: number; set: (value: number) => void }): JSX.Element {
  return (
    <div class="stepper" role="group" aria-label="How many">
      <button type="button" aria-label="One less" disabled={value <= 1} onClick={() => set(value - 1)}>
        −
      </button>
      <output aria-live="polite">{value}</output>
      <button type="button" aria-label="One more" disabled={value >= most} onClick={() => set(value + 1)}>
        +
      </button>
    </div>
  );
}

function Over({ live: { sale, phase } }: { live: LiveSale }): JSX.Element {
  return (
    <div class="notice">
      <p>
        <strong>{phase === "ended" ? "This sale is over" : "This sale was cancelled by its seller"}</strong>
      </p>
      <p>
        {sale.sold_count} of {sale.quantity_limit} went to their buyers. <a href="/sales">See the other sales</a>
      </p>
    </div>
  );
}
