import { signal } from "@preact/signals";

interface Said {
  text: string;
  /** Whether it is shown as well. */
  shown: boolean;
}

/** What a screen reader says next, without moving the focus; for a moment also on the screen. */
export const announcement = signal<Said>({ text: "", shown: false });

// As long as a short sentence takes to be seen and read.
const SHOWN_FOR = 4_000;
let hiding: ReturnType<typeof setTimeout> | undefined;
let waiting = "";

/** Something was done: say it to who listens, and show it for a moment to who looks. */
export function announce(text: string): void {
  say(text, true);
  waiting = "";
  clearTimeout(hiding);
  hiding = setTimeout(hide, SHOWN_FOR);
}

/** Say what who looks sees anyway. It waits for what is shown at the moment, and does not take that away. */
export function whisper(text: string): void {
  if (announcement.value.shown) waiting = text;
  else say(text, false);
}

function hide(): void {
  announcement.value = { ...announcement.value, shown: false };
  if (waiting) say(waiting, false);
  waiting = "";
}

/** The same sentence twice in a row is said twice. */
function say(text: string, shown: boolean): void {
  announcement.value = { text: announcement.value.text === text ? `${text}\u00a0` : text, shown };
}
