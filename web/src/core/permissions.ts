import { effect, signal } from "@preact/signals";
import type { Id, Permissions, Tag } from "../contract";
import { call } from "./api";
import { me } from "./session";
import { recall, remember } from "./storage";

interface Known extends Permissions {
  person: Id;
}

/** What who is here may do, as the shop says; until that is known, what this tab knew last. Pages show what is for them by it, and every operation checks for itself. */
export const permissions = signal<Known | undefined>(recall<Known>("permissions"));

/** Whether who is here may ask for an operation that is not for everybody. */
export function may(operation: Tag): boolean {
  return permissions.value?.operations.includes(operation) ?? false;
}

function know(known: Known | undefined): void {
  permissions.value = known;
  remember("permissions", known);
}

// Who may do something else from now on connects anew, and is known anew then.
effect(() => {
  const person = me.value;
  if (person === undefined) return;
  if (permissions.peek()?.person !== person?.id) know(undefined);
  if (!person) return;
  call("accounts.permissions", {}).then(
    (found) => {
      if (me.peek()?.id === person.id) know({ ...found, person: person.id });
    },
    () => undefined,
  );
});
