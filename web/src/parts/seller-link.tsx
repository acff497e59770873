import type { JSX } from "preact";
import type { Id } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";

/** The shop of a seller, by its name. One that nobody may see any more has none. */
export function SellerLink({ id }: { id: Id }): JSX.Element {
  const { value, error } = useLoaded(`store ${id}`, () => call("sellers.show", { seller: id }));
  if (!value) return <>{error === undefined ? "…" : "a shop that is closed"}</>;
  return <a href={`/shops/${value.slug}`}>{value.name}</a>;
}
