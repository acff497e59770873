import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

export type Autocomplete =
  | "name"
  | "organization"
  | "street-address"
  | "postal-code"
  | "address-level1"
  | "address-level2"
  | "address-level3"
  | "country"
  | "tel"
  | "username"
  | "email"
  | "current-password"
  | "new-password"
  | "one-time-code"
  | "off";

interface Props {
  label: string;
  name: string;
  value: string;
  set: (value: string) => void;
  type?: "text" | "email" | "password" | "datetime-local" | "search" | "tel";
  inputMode?: "email" | "decimal" | "numeric";
  autocomplete?: Autocomplete;
  step?: string;
  hint?: string;
  error?: string;
  unit?: ComponentChildren;
}

/** A labelled input. Its error stands beside it and is read with it. */
export function Field({ label, type = "text", hint, error, unit, set, ...input }: Props): JSX.Element {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box">
        <input {...input} type={type as "text"} id={id} aria-invalid={error ? "true" : undefined} aria-describedby={described || undefined} onInput={(event) => set(event.currentTarget.value)} />
        {unit && <span class="field-unit">{unit}</span>}
      </div>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  set: (value: string) => void;
  options: readonly (readonly [value: string, text: string])[];
  autocomplete?: Autocomplete;
  error?: string;
}

/** A labelled list to choose from. */
export function Choice({ label, value, set, options, autocomplete, error }: ChoiceProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} autocomplete={autocomplete} aria-invalid={error ? "true" : undefined} aria-describedby={error ? `${id}-error` : undefined} onChange={(event) => set(event.currentTarget.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Something that is so or not. */
export function Tick({ label, value, set }: { label: string; value: boolean; set: (value: boolean) => void }): JSX.Element {
  return (
    <label class="tick">
      <input type="checkbox" checked={value} onChange={(event) => set(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
