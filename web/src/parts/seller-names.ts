import type { Id } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";

/** The sellers by id and name, the first hundred by name, for lists to choose from; not known until they are read. */
export function useSellers(): readonly (readonly [id: Id, name: string])[] | undefined {
  const { value, error } = useLoaded("sellers by name", () => call("sellers.list", { limit: 100 }));
  return value?.items.map(({ id, name }) => [id, name] as const) ?? (error === undefined ? undefined : []);
}

/** What a seller is called; of one that is not among those known, the end of their id. */
export function sellerName(sellers: readonly (readonly [id: Id, name: string])[], id: Id): string {
  return sellers.find(([known]) => known === id)?.[1] ?? `…${id.slice(-6)}`;
}
