import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";
import { may } from "../core/permissions";
import { Field } from "./field";

// The shop looks for no less.
const LEAST = 2;
// Somebody who types is not asked for after every letter.
const PAUSE = 250;

interface Props {
  /** The person's id, empty while nobody is chosen. */
  set: (userId: string) => void;
  label?: string;
  /** The id of who is chosen already. */
  chosen?: string;
  error?: string;
}

/** Choose a person: by how their name or e-mail begins, where who is here may look for people, else by their id. */
export function PersonField(props: Props): JSX.Element {
  return may("users.find") ? <Search {...props} /> : <ById {...props} />;
}

function ById({ set, label = "Person", chosen = "", error }: Props): JSX.Element {
  const [typed, setTyped] = useState(chosen);
  const take = (value: string): void => {
    setTyped(value);
    set(value.trim());
  };
  return <Field label={`${label} (an id)`} name="user_id" autocomplete="off" hint="An order and an application name it." value={typed} set={take} error={error} />;
}

function Search({ set, label = "Person", chosen = "", error }: Props): JSX.Element {
  const [typed, setTyped] = useState(chosen);
  const [taken, setTaken] = useState(chosen);
  const [query, setQuery] = useState("");
  useEffect(() => {
    const due = setTimeout(() => setQuery(typed === taken ? "" : typed.trim()), PAUSE);
    return () => clearTimeout(due);
  }, [typed, taken]);
  const found = useLoaded(query.length < LEAST ? "" : query, () => call("users.find", { query })).value?.items;
  const take = (text: string, id: string): void => {
    setTyped(text);
    if (id) setTaken(text);
    set(id);
  };
  return (
    <div class="stack">
      <Field label={label} name="user_id" autocomplete="off" hint="How the name or the e-mail begins." value={typed} set={(text) => take(text, "")} error={error} />
      {found && typed !== taken && (
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
