import type { ComponentChildren, JSX } from "preact";

interface Props {
  /** What it is called, or the id of the heading that says so. */
  label: string | { by: string };
  heads: readonly string[];
  /** Its rows. */
  children: ComponentChildren;
}

/** A table; on a phone one moves it to the side, by keys too. */
export function Table({ label, heads, children }: Props): JSX.Element {
  return (
    <div class="table-box" tabIndex={0} role="region" {...(typeof label === "string" ? { "aria-label": label } : { "aria-labelledby": label.by })}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
