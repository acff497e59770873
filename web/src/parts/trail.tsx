import type { JSX } from "preact";
import type { Category } from "../contract";

/** The way down to a category; `within`: one is on a page below it. */
export function Trail({ path, within = false }: { path: readonly Category[]; within?: boolean }): JSX.Element {
  const here = (last: boolean): "page" | undefined => (last && !within ? "page" : undefined);
  return (
    <nav class="trail" aria-label="Where you are">
      <ol>
        <li>
          <a href="/" aria-current={here(path.length === 0)}>
            Shop
          </a>
        </li>
        {path.map((category, index) => (
          <li key={category.id}>
            <a href={`/c/${category.slug}`} aria-current={here(index === path.length - 1)}>
              {category.name}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
