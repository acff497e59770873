import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLoaded } from "../core/loading";
import { Field } from "./field";

// Somebody who types is not asked for after every letter.
const PAUSE = 250;

/** Something to choose. `text` stands in the field once it is chosen, `words` on its button. */
export interface Found {
  id: string;
  text: string;
  words: string;
}

interface Props {
  label: string;
  name: string;
  hint: string;
  /** What stands there when nothing was found. */
  nothing: string;
  chosen?: Omit<Found, "words">;
  /** So many letters at least are looked for. */
  least?: number;
  find: (query: string) => Promise<readonly Found[]>;
  /** The id of what is chosen, empty where nothing is typed; undefined while it is only typed. */
  set: (id: string | undefined) => void;
  error?: string;
}

/** Choose by typing how something is called, and picking it from what the shop finds. */
export function SearchField({ label, name, hint, nothing, chosen, least = 1, find, set, error }: Props): JSX.Element {
  const [typed, setTyped] = useState(chosen?.text ?? "");
  const [taken, setTaken] = useState(chosen);
  const query = usePaused(typed === taken?.text ? "" : typed.trim());
  const found = useLoaded(query.length < least ? "" : query, () => find(query)).value;
  const type = (text: string): void => {
    setTyped(text);
    set(text.trim() === "" ? "" : text === taken?.text ? taken.id : undefined);
  };
  const take = (one: Found): void => {
    setTyped(one.text);
    setTaken(one);
    set(one.id);
  };
  return (
    <div class="stack">
      <Field label={label} name={name} autocomplete="off" hint={hint} value={typed} set={type} error={error} />
      {found && typed !== taken?.text && typed.trim() !== "" && (
        <ul class="found" aria-label={`${label}: what was found`}>
          {found.map((one) => (
            <li key={one.id}>
              <button type="button" class="button button-quiet button-small" onClick={() => take(one)}>
                {one.words}
              </button>
            </li>
          ))}
          {found.length === 0 && <li class="soft">{nothing}</li>}
        </ul>
      )}
    </div>
  );
}

/** What is typed, once nothing more was typed for a moment. */
export function usePaused(typed: string): string {
  const [query, setQuery] = useState(typed);
  useEffect(() => {
    const due = setTimeout(() => setQuery(typed), PAUSE);
    return () => clearTimeout(due);
  }, [typed]);
  return query;
}
