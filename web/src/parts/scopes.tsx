import type { JSX } from "preact";
import { Tick } from "./field";

interface Props {
  legend: string;
  /** `orders:read`, `watch:order`, `orders.list`: what can be chosen. */
  names: readonly string[];
  chosen: ReadonlySet<string>;
  set: (chosen: ReadonlySet<string>) => void;
  error?: string;
}

/** What a key or a role may do, to be ticked: in each part of the shop reading, writing, or single operations. */
export function ScopePicker({ legend, names, chosen, set, error }: Props): JSX.Element {
  const toggle = (name: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(name);
    else next.delete(name);
    set(next);
  };
  return (
    <fieldset class="scopes" aria-invalid={error ? "true" : undefined} tabIndex={error ? -1 : undefined}>
      <legend>{legend}</legend>
      {error && <p class="field-error">{error}</p>}
      <div class="scope-groups">
        {groups(names).map(([part, scopes, operations]) => (
          <div class={`scope-group${scopes.length > 3 ? " scope-group-wide" : ""}`} key={part} role="group" aria-label={words(part)}>
            <p class="scope-part" aria-hidden="true">
              {words(part)}
            </p>
            <Ticks names={scopes} chosen={chosen} toggle={toggle} />
            {operations.length > 0 && (
              <details>
                <summary>
                  Single operations <span class="soft">({operations.filter((name) => chosen.has(name)).length} of {operations.length})</span>
                </summary>
                <Ticks names={operations} chosen={chosen} toggle={toggle} />
              </details>
            )}
          </div>
        ))}
      </div>
    </fieldset>
  );
}

function Ticks({ names, chosen, toggle }: { names: readonly string[]; chosen: ReadonlySet<string>; toggle: (name: string, on: boolean) => void }): JSX.Element {
  return (
    <div class="scope-ticks">
      {names.map((name) => (
        <Tick key={name} label={words(name.split(/[.:]/)[1] ?? name)} value={chosen.has(name)} set={(on) => toggle(name, on)} />
      ))}
    </div>
  );
}

/** By the part of the shop: its scopes, and its single operations. */
function groups(names: readonly string[]): readonly (readonly [part: string, scopes: readonly string[], operations: readonly string[]])[] {
  const parts = [...new Set(names.map((name) => name.split(/[.:]/)[0]!))];
  return parts.map((part) => [part, names.filter((name) => name.startsWith(`${part}:`)), names.filter((name) => name.startsWith(`${part}.`))]);
}

/** `flash sales` for `flash_sales`. */
function words(name: string): string {
  return name.replace(/_/g, " ");
}
