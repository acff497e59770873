import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Id } from "../contract";
import { announce } from "../core/announce";
import { useKeptFocus } from "./focus";
import { Empty } from "./states";

interface Props<T> {
  title: string;
  noun: string;
  items: readonly { id: Id; name: string; about: string; item: T }[];
  /** The form for one of them, or for a new one. */
  form: (known: T | undefined, done: () => void, cancel: () => void) => JSX.Element;
  changed: () => void;
  /** What is said where the list is empty for another reason than that there are none yet. */
  nothing?: string;
  /** What stands above the list, e.g. how to search it. */
  above?: ComponentChildren;
  /** What stands below, e.g. the way to more. */
  below?: ComponentChildren;
}

const NEW = "new";

/** A list of which one thing at a time is changed or added. */
export function Editable<T>({ title, noun, items, form, changed, nothing, above, below }: Props<T>): JSX.Element {
  const [open, setOpen] = useState<Id | typeof NEW>();
  const box = useKeptFocus<HTMLElement>(0);
  const close = (): void => setOpen(undefined);
  const done = (): void => {
    announce("Saved.");
    close();
    changed();
  };
  return (
    <section aria-label={title} class="stack" ref={box} tabIndex={-1}>
      <div class="title-row">
        <h2>{title}</h2>
        <button type="button" class="button button-quiet button-small" onClick={() => setOpen(NEW)}>
          New {noun}
        </button>
      </div>
      {open === NEW && form(undefined, done, close)}
      {above}
      {items.length === 0 && <Empty title={nothing || `No ${title.toLowerCase()} yet`} />}
      <ul class="rows">
        {items.map(({ id, name, about, item }) => (
          <li key={id} class="row row-open">
            {open === id ? (
              form(item, done, close)
            ) : (
              <div class="row-line">
                <div class="row-main">
                  <p class="row-title">{name}</p>
                  <p class="soft">{about}</p>
                </div>
                <button type="button" class="button button-quiet button-small" onClick={() => setOpen(id)}>
                  Edit<span class="hidden"> {name}</span>
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {below}
    </section>
  );
}
