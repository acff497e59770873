import type { JSX } from "preact";

/** How many, by taps. */
export function Stepper({ value, most, set, name = "How many" }: { value: number; most: number; set: (value: number) => void; name?: string }): JSX.Element {
  return (
    <div class="stepper" role="group" aria-label={name}>
      <button type="button" aria-label="One less" disabled={value <= 1} onClick={() => set(value - 1)}>
        −
      </button>
      <output aria-live="polite">{value}</output>
      <button type="button" aria-label="One more" disabled={value >= most} onClick={() => set(value + 1)}>
        +
      </button>
    </div>
  );
}
