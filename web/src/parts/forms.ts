import { useRef, useState } from "preact/hooks";
import { problemOf, Refused, sentence } from "../core/problem";

export interface Sending {
  busy: boolean;
  /** What is wrong with the whole, when no field is to blame. */
  error: string | undefined;
  /** What is wrong with a field, by its name in the command. */
  errors: Readonly<Record<string, string>>;
  /** Send it: shows what was refused at the field that the refusal names, and moves there. */
  send: (form: HTMLFormElement, work: () => Promise<void>) => Promise<void>;
  /** Show what is wrong without asking the shop. */
  refuse: (form: HTMLFormElement, errors: Record<string, string>) => void;
}

/** How a form's sending goes. `fields` are the names that have a place for their error. */
export function useSending(fields: readonly string[]): Sending {
  const [state, setState] = useState<{ busy: boolean; error?: string; errors: Record<string, string> }>({ busy: false, errors: {} });
  const busy = useRef(false);

  const refuse = (form: HTMLFormElement, errors: Record<string, string>, error?: string): void => {
    setState({ busy: false, errors, error });
    requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true], [role=alert]")?.focus());
  };
  const send = async (form: HTMLFormElement, work: () => Promise<void>): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    setState({ busy: true, errors: {} });
    try {
      await work();
      setState({ busy: false, errors: {} });
    } catch (error) {
      const blamed = blame(error, fields);
      if (blamed) refuse(form, blamed);
      else refuse(form, {}, sentence(error));
    } finally {
      busy.current = false;
    }
  };
  return { busy: state.busy, error: state.error, errors: state.errors, send, refuse };
}

/** What a refusal says of which of these fields. `sale_price.amount` is about `sale_price`, `address.city` about `city`, and what is wrong with a line is told at the field that has its id for a name. */
function blame(error: unknown, fields: readonly string[]): Record<string, string> | undefined {
  const several = Object.entries(problemOf(error, "addresses.invalid")?.errors ?? {}).filter(([field]) => fields.includes(field));
  if (several.length > 0) return Object.fromEntries(several.map(([field, what]) => [field, what === "required" ? "This is needed." : "This is not valid here."]));
  if (!(error instanceof Refused)) return undefined;
  if ("line_id" in error.problem && fields.includes(error.problem.line_id)) return { [error.problem.line_id]: sentence(error) };
  if (!("field" in error.problem)) return undefined;
  const field = error.problem.field.split(/[.[\]]/).findLast((part) => fields.includes(part));
  return field === undefined ? undefined : { [field]: sentence(error) };
}
