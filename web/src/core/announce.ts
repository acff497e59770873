import { signal } from "@preact/signals";

/** What a screen reader says next, without moving the focus. */
export const announcement = signal("");

/** Say it. The same sentence twice in a row is said twice. */
export function announce(text: string): void {
  announcement.value = announcement.value === text ? `${text}\u00a0` : text;
}
