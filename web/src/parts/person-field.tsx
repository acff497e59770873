import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../core/api";
import { may } from "../core/permissions";
import { Field } from "./field";
import { SearchField, type Found } from "./search-field";

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
  const find = async (query: string): Promise<readonly Found[]> => {
    const { items } = await call("users.find", { query });
    return items.map(({ id, name, email }) => ({ id, text: email, words: `${name}, ${email}` }));
  };
  return (
    <SearchField
      label={label}
      name="user_id"
      hint="How the name or the e-mail begins."
      nothing="Nobody's name or e-mail begins like this."
      chosen={{ id: chosen, text: chosen }}
      least={2} // the shop looks for no less
      find={find}
      set={(id) => set(id ?? "")}
      error={error}
    />
  );
}
