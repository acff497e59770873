import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: string;
  name: string;
  value: string;
  set: (value: string) => void;
  rows?: number;
  error?: string;
}

/** A labelled field for some lines of text. Its error stands beside it and is read with it. */
export function TextArea({ label, name, value, set, rows = 4, error }: Props): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} name={name} rows={rows} value={value} aria-invalid={error ? "true" : undefined} aria-describedby={error ? `${id}-error` : undefined} onInput={(event) => set(event.currentTarget.value)} />
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
