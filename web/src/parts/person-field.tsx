import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";
import { may } from "../core/permissions";
import { Field } from "./field";

// Nobody looks through more than a few.
const FEW = 5;
// The shop looks for no less.
const LEAST = 2;
// Somebody who types is not asked for after every letter.
const PAUSE = 250;

interface Props {
  /** The person's id, empty while nobody is chosen. */
  set: (userId: string) => void;
  error?: string;
}

/** Choose a person: by how their name or e-mail begins, where who is here may look for people, else by their id. */
export function PersonField({ set, error }: Props): JSX.Element {
  const [typed, setTyped] = useState("");
  if (may("users.find")) return <Search set={set} error={error} />;
  const take = (value: string): void => {
    setTyped(value);
    set(value.trim());
  };
  return <Field label="Person's id" name="user_id" autocomplete="off" hint="An order and an application name it." value={typed} set={take} error={error} />;
}

function Search({ set, error }: Props): JSX.Element {
  const [typed, setTyped] = useState("");
  const [query, setQuery] = useState("");
  useEffect(() => {
    const due = setTimeout(() => setQuery(typed.trim()), PAUSE);
    return () => clearTimeout(due);
  }, [typed]);
  const found = useLoaded(query.length < LEAST ? "" : query, () => call("users.find", { query, limit: FEW })).value?.items;
  const take = (text: string, id: string): void => {
    setTyped(text);
    set(id);
  };
  return (
    <div class="stack">
      <Field label="Person" name="user_id" autocomplete="off" hint="How the name or the e-mail begins" value={typed} set={(text) => take(text, "")} error={error} />
      {found && !found.some((person) => person.email === typed) && (
        <ul class="found" aria-label="People found">
          {found.map((person) => (
            <li key={person.id}>
              <button type="button" class="button button-quiet button-small" onClick={() => take(person.email, person.id)}>
                {person.name}, {person.email}
              </button>
            </li>
          ))}
          {found.length === 0 && <li class="soft">Nobody's name or e-mail begins like this.</li>}
        </ul>
      )}
    </div>
  );
}
