import type { ComponentChildren, JSX } from "preact";
import type { Sending } from "./forms";

interface Props {
  sending: Sending;
  /** What the button says, and what it says while the shop is being asked. */
  submit: string;
  busy: string;
  send: () => Promise<void>;
  /** What is wrong before the shop is asked, by field. */
  check?: () => Record<string, string> | undefined;
  cancel?: () => void;
  label?: string;
  danger?: boolean;
  wide?: boolean;
  children: ComponentChildren;
}

/** A form whose errors stand at their fields, and whose keyboard goes to the first of them. */
export function Form({ sending, submit, busy, send, check, cancel, label, danger, wide, children }: Props): JSX.Element {
  const submitted = (form: HTMLFormElement): void => {
    const errors = check?.();
    if (errors) sending.refuse(form, errors);
    else void sending.send(form, send);
  };
  return (
    <form
      class="form"
      noValidate
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        submitted(event.currentTarget);
      }}
    >
      {sending.error && <FormError text={sending.error} />}
      {children}
      <div class="actions">
        <button type="submit" class={`button${danger ? " button-danger" : ""}${wide ? " button-wide" : ""}`} disabled={sending.busy}>
          {sending.busy ? busy : submit}
        </button>
        {cancel && (
          <button type="button" class="button button-quiet" onClick={cancel}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}

/** What is wrong with the whole of a form. */
export function FormError({ text }: { text: string }): JSX.Element {
  return (
    <p class="notice notice-bad" role="alert" tabIndex={-1}>
      {text}
    </p>
  );
}

/** What was left empty, by field; `names` says what each is called. */
export function missing(values: Readonly<Record<string, string>>, names: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const empty = Object.keys(values).filter((key) => values[key]?.trim() === "");
  return empty.length ? Object.fromEntries(empty.map((key) => [key, `Please type ${names[key]}.`])) : undefined;
}
