import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { EndReason, Place } from "../contract";
import { line as wire } from "../core/connection";
import { clock, count } from "../core/format";
import { Trouble } from "../parts/states";
import { aheadOf, chances, estimate } from "./line";
import type { LiveSale } from "./live";
import { leaveLine } from "./place";
import { TellMe } from "./turn";

/** One's own place, as long as it waits: the same on every tab and device. */
export function LinePanel({ live, place }: { live: LiveSale; place: Place }): JSX.Element {
  return (
    <section class="panel claim line-panel" aria-label="Your place in line">
      {place.state === "lobby" ? <InLobby live={live} place={place} /> : <InLine live={live} place={place} />}
      {wire.value === "down" && <p class="soft">Reconnecting… Your place is kept; the numbers are as of a moment ago.</p>}
      <TellMe />
      <Leave place={place} />
    </section>
  );
}

function InLobby({ live: { line, phase }, place }: { live: LiveSale; place: Place }): JSX.Element {
  if (phase !== "upcoming") {
    return (
      <p class="hold-title" role="status">
        <span class="spinner" aria-hidden="true" /> The places are being drawn
      </p>
    );
  }
  const others = Math.max(0, line.lobby - 1);
  return (
    <>
      <p class="hold-title">You are in the lobby</p>
      <p class="soft">
        {others === 0 ? "Nobody else is here yet." : `${count(others, "other")} ${others === 1 ? "is" : "are"} here with you.`} When the sale opens, a draw that anybody can check puts everybody here in line. Being early or fast makes no difference{wanting(place)}.
      </p>
    </>
  );
}

function InLine({ live: { sale, line }, place }: { live: LiveSale; place: Place }): JSX.Element {
  const ahead = place.number > 0 ? aheadOf(line, place.number) : undefined;
  if (ahead === undefined) return <p class="hold-title">You are in line</p>;
  const guess = estimate({ ...sale, line }, ahead);
  return (
    <>
      <p class="hold-title">You are in line{wanting(place)}</p>
      <p class="line-ahead">
        <strong class="digits">{ahead === 0 ? "You are next" : ahead.toLocaleString("en")}</strong>
        {ahead > 0 && <span> ahead of you</span>}
      </p>
      <p class="soft">
        {chances(guess)}.{guess.earliest && ` Units may come back from ${clock(guess.earliest)} on.`} When it is your turn, they are held for you at once, with the full time to pay.
      </p>
    </>
  );
}

function wanting(place: Place): string {
  return place.quantity > 1 ? `, for up to ${place.quantity} units` : "";
}

function Leave({ place }: { place: Place }): JSX.Element {
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>();
  const leave = async (): Promise<void> => {
    setAsking(false);
    setError(undefined);
    await leaveLine(place).catch(setError);
  };
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      {asking ? (
        <div class="actions">
          <button type="button" class="button button-danger" onClick={() => void leave()}>
            Yes, give up my place
          </button>
          <button type="button" class="button button-quiet" onClick={() => setAsking(false)}>
            Keep it
          </button>
        </div>
      ) : (
        <button type="button" class="button button-quiet button-wide" onClick={() => setAsking(true)}>
          {place.state === "lobby" ? "Leave the lobby" : "Leave the line"}
        </button>
      )}
    </>
  );
}

const STORIES: Readonly<Record<EndReason, readonly [title: string, story: string]>> = {
  ended: ["The sale ended before your turn came", "Nothing was charged."],
  cancelled: ["The seller called the sale off", "Everybody in line was let go. Nothing was charged."],
  sold_out: ["Every unit has been bought", "All who were ahead of you paid for theirs. Nothing was charged."],
  limit: ["You have as many as each customer may have", "When your turn came you already had them, so the next in line was asked."],
};

/** What became of a place that ended without units. */
export function PlaceStory({ place }: { place: Place | undefined }): JSX.Element | null {
  if (place?.state !== "ended" || !place.reason) return null;
  const [title, story] = STORIES[place.reason];
  return (
    <Note title={title}>
      {story}
      {place.number > 0 && ` Your number in line was ${place.number}.`}
    </Note>
  );
}

function Note({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="notice" role="status">
      <p>
        <strong>{title}</strong>
      </p>
      <p>{children}</p>
    </div>
  );
}
