import { useEffect } from "preact/hooks";
import { useLoaded, type Loaded } from "./loading";
import { useWatched } from "./watching";

/** Something that people's words are in: read, and read anew when its channel tells that it moved, because that tells no words. */
export function useRefreshed<T>(noun: "return", id: string, read: () => Promise<T>): Loaded<T> {
  const loaded = useLoaded(id, read);
  const live = useWatched(noun, loaded.value && id).state;
  useEffect(() => {
    if (live) loaded.again();
  }, [live]);
  return loaded;
}
