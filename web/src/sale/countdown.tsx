import type { JSX } from "preact";
import { spoken } from "../core/format";

interface Props {
  label: string;
  /** Milliseconds. */
  remaining: number;
}

const SOON = 60_000;

/** The digits. Nobody is read every second: who listens hears the milestones (`milestones.ts`), or asks. */
export function Countdown({ label, remaining }: Props): JSX.Element {
  const seconds = Math.max(0, Math.ceil(remaining / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "days"],
    [Math.floor(seconds / 3600) % 24, "hours"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "sec"],
  ];
  const shown = parts[0]![0] > 0 ? parts : parts.slice(1);
  return (
    <div class={remaining <= SOON ? "countdown countdown-soon" : "countdown"} role="timer" aria-label={`${label} ${spoken(remaining)}`}>
      <p class="countdown-label" aria-hidden="true">
        {label}
      </p>
      <div class="countdown-digits" aria-hidden="true">
        {shown.map(([value, unit]) => (
          <span class="countdown-part" key={unit}>
            <span class="countdown-number">{String(value).padStart(2, "0")}</span>
            <span class="countdown-unit">{unit}</span>
          </span>
        ))}
      </div>
    </div>
  );
}
