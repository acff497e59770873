import type { JSX } from "preact";
import type { Attribute } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";

interface Props {
  /** The slug of a category; none for all products. */
  category: string;
  /** What the list is narrowed to: `color:red,vegan:true`. */
  having: string;
  set: (having: string) => void;
}

/** Narrow a list of products by what they say of themselves, where the office has opened that. */
export function Narrowing({ category, having, set }: Props): JSX.Element {
  const known = useLoaded(`attributes of ${category}`, () => call("catalog.list_attributes", { category })).value ?? [];
  const open = known.filter((it) => it.filterable && (category || it.category_id === null) && valuesOf(it).length > 0);
  const chosen = new Map(having.split(",").filter(Boolean).map((it) => [it.slice(0, it.indexOf(":")), it.slice(it.indexOf(":") + 1)] as const));
  const choose = (code: string, value: string): void => {
    const next = new Map(chosen);
    if (value) next.set(code, value);
    else next.delete(code);
    set([...next].map((it) => it.join(":")).join());
  };
  return (
    <>
      {open.map((it) => (
        <label class="sort" key={it.id}>
          <span class="hidden">{it.name}</span>
          <select value={chosen.get(it.code) ?? ""} onChange={(event) => choose(it.code, event.currentTarget.value)}>
            <option value="">{it.name}: any</option>
            {valuesOf(it).map(([value, text]) => (
              <option key={value} value={value}>
                {it.name}: {text}
              </option>
            ))}
          </select>
        </label>
      ))}
    </>
  );
}

/** What can be chosen; a comma cannot be said in an address. */
function valuesOf({ kind, choices }: Attribute): readonly (readonly [value: string, text: string])[] {
  if (kind === "yes_no") return [["true", "yes"], ["false", "no"]];
  return kind === "choice" ? choices.filter((it) => !it.includes(",")).map((it) => [it, it] as const) : [];
}
