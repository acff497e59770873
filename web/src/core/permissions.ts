import { effect, signal } from "@preact/signals";
import type { Permissions, Tag } from "../contract";
import { call } from "./api";
import { me } from "./session";

/** What who is here may do, as the shop says; nothing while that is not known. Pages show what is for them by it, and every operation checks for itself. */
export const permissions = signal<Permissions | undefined>(undefined);

/** Whether who is here may ask for an operation that is not for everybody. */
export function may(operation: Tag): boolean {
  return permissions.value?.operations.includes(operation) ?? false;
}

let known: string | undefined;

// Who may do something else from now on connects anew, and is known anew then.
effect(() => {
  const person = me.value;
  if (person?.id !== known) permissions.value = undefined;
  known = person?.id;
  if (!person) return;
  call("accounts.permissions", {}).then(
    (found) => {
      if (me.peek()?.id === person.id) permissions.value = found;
    },
    () => undefined,
  );
});
