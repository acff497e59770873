import { useEffect } from "preact/hooks";
import type { Id } from "../contract";
import { useLoaded, type Loaded } from "./loading";
import { useWatched } from "./watching";

/** Something that people's words are in: read, and read anew when a channel tells that it moved, because that tells no words. */
export function useRefreshed<T>(id: Id, read: () => Promise<T>, [noun, watched]: readonly ["return" | "dispute" | "guest_order" | "order", Id]): Loaded<T> {
  const loaded = useLoaded(id, read);
  const live = useWatched(noun, loaded.value && watched).state;
  useEffect(() => {
    if (live) loaded.again();
  }, [live]);
  return loaded;
}
