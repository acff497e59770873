import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Claim, Place } from "../contract";
import { announce } from "../core/announce";
import { count } from "../core/format";

// Whether the browser may tell of it while another tab is looked at; asked only when somebody wants to be told.
const permission = signal<NotificationPermission | "none">(typeof Notification === "undefined" ? "none" : Notification.permission);

/** Offer to tell of one's turn while the page is in the background. */
export function TellMe(): JSX.Element | null {
  if (permission.value === "none" || permission.value === "denied") return null;
  if (permission.value === "granted") return <p class="soft">You will be told when it is your turn, even while you look at another tab.</p>;
  return (
    <button type="button" class="button button-quiet button-wide" onClick={() => void Notification.requestPermission().then((said) => (permission.value = said))}>
      Tell me when it is my turn
    </button>
  );
}

/** When units are held for who waited: say so to who listens, in the tab's title, and outside of the page. */
export function useTurn(place: Place | undefined, mine: readonly Claim[], title: string): void {
  const waited = useRef<string | undefined>(undefined);
  if (place && (place.state === "lobby" || place.state === "waiting")) waited.current = place.id;
  const served = mine.find((claim) => claim.state === "held" && claim.place_id !== null && claim.place_id === waited.current);
  useEffect(() => {
    if (!served) return;
    announce(`It is your turn. ${count(served.quantity, "unit")} on hold for you. Pay before the time runs out.`);
    if (document.hidden && permission.value === "granted") new Notification("It is your turn", { body: `${title} is on hold for you. Pay before the time runs out.`, tag: served.id });
    return flashTitle();
  }, [served?.id]);
}

function flashTitle(): () => void {
  const before = document.title;
  document.title = `● Your turn · ${before}`;
  const calm = (): void => {
    document.title = before;
    removeEventListener("pointerdown", calm);
    removeEventListener("keydown", calm);
  };
  addEventListener("pointerdown", calm);
  addEventListener("keydown", calm);
  return calm;
}
