import type { JSX } from "preact";
import { count } from "../core/format";

const ALL = [1, 2, 3, 4, 5];

/** So many stars of five. */
export function Stars({ stars }: { stars: number }): JSX.Element {
  return (
    <span class="stars" role="img" aria-label={`${stars} of 5 stars`} style={{ "--share": `${(stars / 5) * 100}%` }}>
      <span aria-hidden="true">★★★★★</span>
    </span>
  );
}

interface Props {
  value: number;
  set: (stars: number) => void;
  error?: string;
}

/** How many stars one gives. */
export function StarsField({ value, set, error }: Props): JSX.Element {
  return (
    <fieldset class="stars-field" aria-describedby={error ? "stars-error" : undefined}>
      <legend>Your stars</legend>
      <div class="pills">
        {ALL.map((stars) => (
          <label class="pill" key={stars}>
            <input type="radio" name="stars" value={stars} checked={value === stars} aria-label={count(stars, "star")} aria-invalid={error ? "true" : undefined} onChange={() => set(stars)} />
            <span aria-hidden="true">{stars} ★</span>
          </label>
        ))}
      </div>
      {error && (
        <p class="field-error" id="stars-error">
          {error}
        </p>
      )}
    </fieldset>
  );
}
