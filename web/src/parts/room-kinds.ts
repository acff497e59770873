import type { Tab } from "./subtabs";

/** The pages of who works here; those of a kind stand together. */
export type Rooms = readonly (readonly [kind: string, rooms: readonly Tab[]])[];

/** Where one comes in. */
export function firstRoom(rooms: Rooms): string | undefined {
  return rooms[0]?.[1][0]?.[0];
}
