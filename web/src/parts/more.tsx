import type { JSX } from "preact";
import type { Paged } from "../core/loading";
import { Trouble } from "./states";

/** The end of a list: the button that brings more of it, or why it did not come. */
export function More<T>({ list }: { list: Paged<T> }): JSX.Element | null {
  if (list.error !== undefined) return <Trouble error={list.error} again={list.items ? list.more : list.again} />;
  if (!list.hasMore) return null;
  return (
    <p class="more">
      <button type="button" class="button button-quiet" disabled={list.busy} onClick={list.more}>
        {list.busy ? "Loading…" : "Show more"}
      </button>
    </p>
  );
}
