import { signal } from "@preact/signals";
import type { CartEdit, CartLine, Id } from "../contract";
import { store, stored } from "./storage";

/** An edit, and how its line looks with it. */
export interface Made {
  edit: CartEdit;
  line: CartLine;
}

/** What was done to a cart here and not answered yet, in its order. `seen` is the revision it began from. */
export interface Edits {
  cart: Id;
  seen: number;
  made: readonly Made[];
}

const KEY = "cart edits";

/** The edits that wait: the same on every tab of this browser. */
export const edits = signal(stored<Edits>(KEY));

addEventListener("storage", ({ key }) => {
  if (key === KEY) edits.value = stored<Edits>(KEY);
});

/** These wait from now on. */
export function rememberEdits(waiting: Edits | undefined): void {
  store(KEY, waiting);
  edits.value = waiting;
}

/** One more waits. Of the quantities that are set for one line only the last counts. */
export function keepEdit(cart: Id, seen: number, made: Made): void {
  const { edit } = made;
  const before = edits.value?.cart === cart ? edits.value : { cart, seen, made: [] };
  const kept = before.made.filter((it) => edit.kind !== "set" || it.edit.kind !== "set" || it.edit.variant_id !== edit.variant_id);
  rememberEdits({ ...before, made: [...kept, made] });
}

/**
 * These were answered. While more was done since, they stay with it and are sent again: so the shop sees that the later
 * ones knew of them. Each counts once.
 */
export function answerEdits(answered: Edits): void {
  const done = new Set(answered.made.map((it) => it.edit.id));
  if (edits.value?.made.every((it) => done.has(it.edit.id))) rememberEdits(undefined);
}
