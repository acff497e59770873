import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { problemOf } from "../../core/problem";
import { signInWithCode } from "../../core/session";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";

/** What the second step of signing in is answered with. */
export type Challenge = string;
export type NeedsCode = (challenge: Challenge) => void;

/** Sign in in one step, or begin the second where one is asked for. */
export async function withCode(signingIn: () => Promise<void>, needsCode: NeedsCode): Promise<void> {
  try {
    await signingIn();
  } catch (error) {
    const needed = problemOf(error, "accounts.second_factor_needed");
    if (!needed) throw error;
    needsCode(needed.challenge);
  }
}

/** The second step of signing in: a code of the app, or a recovery code. */
export function CodeStep({ challenge, restart }: { challenge: Challenge; restart: () => void }): JSX.Element {
  const [code, setCode] = useState("");
  const [byRecovery, setByRecovery] = useState(false);
  const [over, setOver] = useState(false);
  const sending = useSending(["code"]);
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.querySelector("input")?.focus(), [byRecovery]);
  const send = async (): Promise<void> => {
    try {
      await signInWithCode(challenge, code);
    } catch (error) {
      setOver(problemOf(error, "accounts.challenge_invalid") !== undefined);
      throw error;
    }
  };
  return (
    <section class="narrow" ref={box}>
      <h1>One more step</h1>
      <p class="soft">{byRecovery ? "Each of the recovery codes that you kept works once." : "Your account asks for a code as well. Open your authenticator app and type the six digits that it shows now."}</p>
      <Form
        sending={sending}
        submit="Sign in"
        busy="Signing in…"
        wide
        check={() => missing({ code }, { code: "the code" })}
        send={send}
      >
        {byRecovery ? (
          <Field label="Recovery code" name="code" autocomplete="off" value={code} set={setCode} error={sending.errors.code} />
        ) : (
          <Field label="Code" name="code" autocomplete="one-time-code" inputMode="numeric" value={code} set={setCode} error={sending.errors.code} />
        )}
      </Form>
      <p class="switch switch-links">
        {!over && (
          <button
            type="button"
            class="link"
            onClick={() => {
              setCode("");
              setByRecovery(!byRecovery);
            }}
          >
            {byRecovery ? "Use the app instead" : "Use a recovery code"}
          </button>
        )}
        <button type="button" class="link" onClick={restart}>
          Sign in from the start
        </button>
      </p>
    </section>
  );
}
