import type { JSX } from "preact";
import { decline, NoAnswer, problemOf, sentence } from "../core/problem";

interface Props {
  /** Why the bank said no, where that was told elsewhere than in the answer. */
  failure: string | undefined;
  error: unknown;
  /** What stays theirs, and what to do now. */
  kept: string;
}

/** Why a payment did not go through. */
export function Wrong({ failure, error, kept }: Props): JSX.Element | null {
  const reason = problemOf(error, "payments.declined")?.reason ?? (error === undefined ? failure : undefined);
  const text = reason ? decline(reason, kept) : error === undefined ? "" : wentWrong(error);
  if (!text) return null;
  return (
    <p class="notice notice-bad" role="alert">
      {text}
    </p>
  );
}

function wentWrong(error: unknown): string {
  return error instanceof NoAnswer ? "No answer yet. Pay again with the same card: you are charged once only." : sentence(error);
}
