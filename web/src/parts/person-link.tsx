import type { JSX } from "preact";
import type { Id } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";
import { may } from "../core/permissions";

/** Somebody by their name, where who is here may know it; by the end of their id otherwise. */
export function PersonLink({ id }: { id: Id }): JSX.Element {
  const known = may("users.show");
  const person = useLoaded(known ? `person ${id}` : "", () => call("users.show", { user_id: id })).value;
  const name = person?.name ?? `person …${id.slice(-6)}`;
  return known ? <a href={`/admin/users/${id}`}>{name}</a> : <span>{name}</span>;
}
