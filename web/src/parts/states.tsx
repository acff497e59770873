import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { whisper } from "../core/announce";
import { sentence } from "../core/problem";

/** What is shown while something is being fetched: as large as what will come, so that nothing jumps. */
export function Skeleton({ kind = "line", times = 1 }: { kind?: "line" | "title" | "card" | "row" | "block"; times?: number }): JSX.Element {
  return (
    <>
      {Array.from({ length: times }, (_, index) => (
        <div key={index} class={`skeleton skeleton-${kind}`} aria-hidden="true" />
      ))}
    </>
  );
}

/** For a whole page that is on its way. */
export function Loading({ children }: { children?: ComponentChildren }): JSX.Element {
  return (
    <div aria-busy="true">
      <p class="hidden" role="status">
        Loading
      </p>
      {children ?? <Skeleton kind="row" times={4} />}
    </div>
  );
}

/** Something could not be shown; it may be tried again. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }): JSX.Element {
  return (
    <div class="notice notice-bad" role="alert">
      <p>{sentence(error)}</p>
      {again && (
        <button type="button" class="button button-quiet" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Something went well, for who looks and for who listens. */
export function Told({ text }: { text: string }): JSX.Element {
  useEffect(() => whisper(text), [text]);
  return <p class="notice notice-good">{text}</p>;
}

/** There is nothing here yet, and what one can do about it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

/** A state in a word. `tone` colours it; the word alone says it too. */
export function Badge({ tone = "calm", children }: { tone?: "calm" | "good" | "warm" | "bad"; children: ComponentChildren }): JSX.Element {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}
