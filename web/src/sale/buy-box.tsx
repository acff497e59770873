import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Claim, Place } from "../contract";
import { isWaiting } from "../core/belongings";
import { count, money } from "../core/format";
import { NoAnswer, problemOf, sentence } from "../core/problem";
import { me } from "../core/session";
import { signInUrl } from "../parts/page";
import { useKeptFocus } from "../parts/focus";
import { Skeleton } from "../parts/states";
import { ClaimPanel } from "./claim-panel";
import { useClaiming, useMyClaims, type Claiming } from "./claiming";
import type { LiveSale } from "./live";
import { LinePanel, PlaceStory } from "./line-panel";
import { usePayment } from "./paying";
import { nothingToWaitFor, useJoining, type Joining } from "./place";
import { RemindMe } from "./remind-me";
import { isActive, unitsOf } from "./stage";
import { Stepper } from "./stepper";
import { useTurn } from "./turn";

/** Everything one can do in a sale, as it stands. */
export function BuyBox({ live, place }: { live: LiveSale; place: Place | undefined }): JSX.Element {
  const { sale, phase } = live;
  const { mine, known } = useMyClaims(sale.id);
  const claiming = useClaiming(sale);
  const joining = useJoining(sale);
  useTurn(place, mine, sale.title);
  const shown = mine.filter((claim) => isActive(claim) || claim.state === "paid");
  const free = sale.per_customer_limit - unitsOf(mine);
  const box = useKeptFocus<HTMLDivElement>(shown.length);
  if (!known) return <Skeleton kind="row" />;
  const waits = place !== undefined && isWaiting(place);
  const toldSoldOut = place?.reason === "sold_out" && sale.sold_count >= sale.quantity_limit;
  return (
    <div class="buy" ref={box} tabIndex={-1}>
      {shown.map((claim) => (
        <ClaimPanel key={claim.id} claim={claim} sale={sale} />
      ))}
      <LastOutcome mine={mine} />
      {waits ? <LinePanel live={live} place={place} /> : <PlaceStory place={place} />}
      {!waits && phase === "upcoming" && <Lobby live={live} free={free} joining={joining} />}
      {!waits && phase === "open" && free > 0 && !toldSoldOut && <Open live={live} free={free} again={shown.length > 0} claiming={claiming} joining={joining} />}
      {phase === "open" && free <= 0 && shown.every((claim) => claim.state === "paid") && <p class="soft center">That is the limit for each customer in this sale: {sale.per_customer_limit}.</p>}
      {phase === "open" && toldSoldOut && <OtherSales />}
      {(phase === "ended" || phase === "cancelled") && <Over live={live} place={place} />}
    </div>
  );
}

interface OpenProps {
  live: LiveSale;
  free: number;
  again: boolean;
  claiming: Claiming;
  joining: Joining;
}

/** Units to claim, as long as nobody waits for them; a line to stand in otherwise. */
function Open(props: OpenProps): JSX.Element {
  const { live, claiming } = props;
  const nobodyWaits = live.line.waiting === 0 && live.line.lobby === 0;
  const toClaim = (live.sale.left > 0 && nobodyWaits) || claiming.busy || claiming.unanswered !== undefined;
  return toClaim ? <ClaimBox {...props} /> : <LineBox {...props} />;
}

/** What became of the latest claim, when it is gone and nothing else is on hold. */
function LastOutcome({ mine }: { mine: readonly Claim[] }): JSX.Element | null {
  const last = mine.at(-1);
  if (last && last.payment_id && (last.state === "lapsed" || last.state === "withdrawn")) return <LostWhilePaying claim={last} />;
  return last ? <Lost claim={last} /> : null;
}

/** The money came when the units were gone, or did not come. */
function LostWhilePaying({ claim }: { claim: Claim }): JSX.Element {
  const payment = usePayment(claim);
  if (payment?.status !== "refunded" && payment?.status !== "refunding") return <Lost claim={claim} />;
  return (
    <p class="notice" role="status">
      Your payment of {money(payment.amount)} came when the units were not yours any more. {payment.status === "refunded" ? "It was given back to you." : "It is being given back to you."}
    </p>
  );
}

function Lost({ claim: last }: { claim: Claim }): JSX.Element | null {
  if (last.state === "lapsed") return <p class="notice">Your hold ran out, and the units went back into the sale. Nothing was charged.</p>;
  if (last.state === "withdrawn") return <p class="notice">The seller called the sale off before it was paid for. Nothing was charged.</p>;
  if (last.state === "given_back") return <p class="notice">You gave it back. Nothing was charged.</p>;
  return null;
}

/** Before the start: a place in the lobby, or at least a reminder. */
function Lobby({ live, free, joining }: { live: LiveSale; free: number; joining: Joining }): JSX.Element {
  const { url } = useLocation();
  const { sale, line } = live;
  const [wanted, setWanted] = useState(1);
  const most = Math.min(free, sale.quantity_limit);
  if (me.value === null) {
    return (
      <>
        <a class="button button-wide button-large" href={signInUrl(url)}>
          Sign in to join the lobby
        </a>
        <LobbyNote waiting={line.lobby} />
      </>
    );
  }
  return (
    <>
      <JoinTrouble error={joining.error} />
      <div class="claim-line">
        {most > 1 && <Stepper value={wanted} most={most} set={setWanted} />}
        <JoinButton joining={joining} quantity={wanted} text="Join the lobby" />
      </div>
      <LobbyNote waiting={line.lobby} />
      <RemindMe sale={sale} />
    </>
  );
}

function LobbyNote({ waiting }: { waiting: number }): JSX.Element {
  return (
    <p class="soft center">
      {waiting > 0 && `${count(waiting, "person").replace("persons", "people")} in the lobby. `}Everybody who is there when it opens is drawn a place in line: no need to be fast.
    </p>
  );
}

function ClaimBox({ live, free, again, claiming }: OpenProps): JSX.Element {
  const { url } = useLocation();
  const { left } = live.sale;
  const [wanted, setWanted] = useState(1);
  const most = Math.min(free, Math.max(1, left));
  const quantity = claiming.unanswered ?? Math.min(wanted, most);
  if (me.value === null) {
    return (
      <a class="button button-wide button-large" href={signInUrl(url)}>
        Sign in to claim
      </a>
    );
  }
  return (
    <>
      <Refusal error={claiming.error} left={left} />
      <div class="claim-line">
        {most > 1 && claiming.unanswered === undefined && <Stepper value={quantity} most={most} set={setWanted} />}
        <button type="button" class={again ? "button button-wide button-quiet" : "button button-wide button-large"} disabled={claiming.busy} onClick={() => claiming.claim(quantity)}>
          {claiming.busy ? "Claiming…" : claiming.unanswered !== undefined ? "Try again" : `Claim ${again ? "another" : quantity > 1 ? quantity : "yours"}`}
        </button>
      </div>
    </>
  );
}

/** Nothing is free, or others wait already: stand in line for what comes back. */
function LineBox({ live, free, again, joining }: OpenProps): JSX.Element {
  const { url } = useLocation();
  const { sale, line } = live;
  const soldOut = sale.sold_count >= sale.quantity_limit;
  return (
    <>
      <div class="notice notice-warm">
        <p>
          <strong>{soldOut ? "Sold out" : sale.left > 0 ? "Others are in line" : "All on hold right now"}</strong>
        </p>
        <p>
          {soldOut
            ? "Every unit has been bought. Thank you for coming."
            : `Holds that are not paid for in time go to the next in line${line.waiting > 0 ? `; ${count(line.waiting, "person").replace("persons", "people")} wait` : ""}.`}
        </p>
      </div>
      {!soldOut && !nothingToWaitFor(joining.error) && <JoinTrouble error={joining.error} />}
      {!soldOut &&
        (me.value === null ? (
          <a class="button button-wide button-large" href={signInUrl(url)}>
            Sign in to stand in line
          </a>
        ) : (
          <JoinButton joining={joining} quantity={Math.min(1, free)} text={again ? "Stand in line for another" : "Stand in line"} quiet={again} />
        ))}
    </>
  );
}

function JoinButton({ joining, quantity, text, quiet = false }: { joining: Joining; quantity: number; text: string; quiet?: boolean }): JSX.Element {
  return (
    <button type="button" class={quiet ? "button button-wide button-quiet" : "button button-wide button-large"} disabled={joining.busy !== ""} onClick={() => joining.join(quantity)}>
      {joining.busy === "proving" ? "Proving that you are no robot…" : joining.busy === "joining" ? "Joining…" : text}
    </button>
  );
}

function JoinTrouble({ error }: { error: unknown }): JSX.Element | null {
  if (error === undefined) return null;
  return (
    <p class="notice notice-bad" role="alert">
      {error instanceof NoAnswer ? "No answer yet, so we do not know whether it worked. Try again: you get one place only." : sentence(error)}
    </p>
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

function Over({ live: { sale, phase }, place }: { live: LiveSale; place: Place | undefined }): JSX.Element {
  if (place?.state === "ended") return <OtherSales />;
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

function OtherSales(): JSX.Element {
  return (
    <p class="center">
      <a href="/sales">See the other sales</a>
    </p>
  );
}
