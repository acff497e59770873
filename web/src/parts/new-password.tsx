import type { JSX } from "preact";
import { Field } from "./field";

/** A password that is being chosen. */
export function NewPassword(props: { label: string; value: string; set: (value: string) => void; error?: string }): JSX.Element {
  return <Field {...props} type="password" name="password" autocomplete="new-password" hint="Eight characters or more; a few words make a good one." />;
}
