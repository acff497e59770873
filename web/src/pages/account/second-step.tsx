import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { TotpSecret } from "../../contract";
import { call } from "../../core/api";
import { edited, me } from "../../core/session";
import { Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { QrCode } from "../../parts/qr-code";
import { Secret } from "../../parts/secret";
import { Badge } from "../../parts/states";

type Stage = "resting" | "asking" | "renewing" | "ending" | { secret: TotpSecret } | { codes: readonly string[] };

/** The second step of signing in: set it up, get new recovery codes, turn it off. */
export function SecondStep(): JSX.Element {
  const [stage, setStage] = useState<Stage>("resting");
  const on = me.value?.two_factor ?? false;
  const rest = (): void => setStage("resting");
  const box = useKeptFocus<HTMLDivElement>(0);
  return (
    <section aria-labelledby="second-step">
      <div class="title-row">
        <h2 id="second-step">Two-step verification</h2>
        {on ? <Badge tone="good">On</Badge> : <Badge>Off</Badge>}
      </div>
      <p class="soft">{on ? "Signing in takes your password and a code from your app." : "With it, signing in takes your password and a code from an app on your phone: whoever gets to know your password alone stays outside."}</p>
      <div class="panel" ref={box} tabIndex={-1}>
        <Now stage={stage} on={on} setStage={setStage} rest={rest} />
      </div>
    </section>
  );
}

function Now({ stage, on, setStage, rest }: { stage: Stage; on: boolean; setStage: (stage: Stage) => void; rest: () => void }): JSX.Element {
  if (stage === "asking") return <Begin done={(secret) => setStage({ secret })} cancel={rest} />;
  if (stage === "renewing") return <Renew done={(codes) => setStage({ codes })} cancel={rest} />;
  if (stage === "ending") return <TurnOff done={rest} />;
  if (typeof stage === "object" && "secret" in stage) return <Connect secret={stage.secret} done={(codes) => setStage({ codes })} cancel={rest} />;
  if (typeof stage === "object") return <Codes codes={stage.codes} done={rest} />;
  return (
    <div class="actions">
      {on ? (
        <>
          <button type="button" class="button button-quiet" onClick={() => setStage("renewing")}>
            New recovery codes
          </button>
          <button type="button" class="button button-quiet" onClick={() => setStage("ending")}>
            Turn it off
          </button>
        </>
      ) : (
        <button type="button" class="button" onClick={() => setStage("asking")}>
          Set it up
        </button>
      )}
    </div>
  );
}

/** A stage that was just reached: the keyboard starts in its first field. */
function Reached({ children }: { children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector("input")?.focus(), []);
  return <div ref={box}>{children}</div>;
}

function Begin({ done, cancel }: { done: (secret: TotpSecret) => void; cancel: () => void }): JSX.Element {
  const [password, setPassword] = useState("");
  const sending = useSending(["password"]);
  return (
    <Reached>
      <Form
        sending={sending}
        submit="Go on"
        busy="Asking…"
        cancel={cancel}
        check={() => missing({ password }, { password: "your password" })}
        send={async () => done(await call("accounts.set_up_two_factor", { password }))}
      >
        <Field label="Your password" type="password" name="password" autocomplete="current-password" value={password} set={setPassword} error={sending.errors.password} />
      </Form>
    </Reached>
  );
}

function Connect({ secret, done, cancel }: { secret: TotpSecret; done: (codes: readonly string[]) => void; cancel: () => void }): JSX.Element {
  const [code, setCode] = useState("");
  const sending = useSending(["code"]);
  const send = async (): Promise<void> => {
    const { codes } = await call("accounts.verify_two_factor", { code });
    done(codes);
    await edited();
  };
  return (
    <Reached>
      <ol class="steps">
        <li>
          <p>Open your authenticator app and scan this picture.</p>
          <QrCode text={secret.uri} label="Picture for your authenticator app" />
          <p class="soft">
            On this very phone? <a href={secret.uri}>Open the app</a>, or type the key into it:
          </p>
          <p>
            <code class="key">{secret.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
          </p>
        </li>
        <li>
          <p>Type the six digits that it shows.</p>
          <Form sending={sending} submit="Turn it on" busy="Checking…" cancel={cancel} check={() => missing({ code }, { code: "the code" })} send={send}>
            <Field label="Code" name="code" autocomplete="one-time-code" inputMode="numeric" value={code} set={setCode} error={sending.errors.code} />
          </Form>
        </li>
      </ol>
    </Reached>
  );
}

function Codes({ codes, done }: { codes: readonly string[]; done: () => void }): JSX.Element {
  return (
    <Secret
      title="Your recovery codes"
      text="Keep them where you find them without your phone. Each signs you in once when the app is lost. They are shown this once."
      lines={codes}
      file="fastshop-recovery-codes.txt"
      done={done}
    />
  );
}

function Renew({ done, cancel }: { done: (codes: readonly string[]) => void; cancel: () => void }): JSX.Element {
  return (
    <Proof
      submit="Make new codes"
      text="The codes that you have work no longer then."
      send={async (proof) => done((await call("accounts.renew_recovery_codes", proof)).codes)}
      cancel={cancel}
    />
  );
}

function TurnOff({ done }: { done: () => void }): JSX.Element {
  const send = async (proof: { password: string; code: string }): Promise<void> => {
    await call("accounts.disable_two_factor", proof);
    await edited();
    done();
  };
  return <Proof submit="Turn it off" text="Your password alone lets anybody in then." danger send={send} cancel={done} />;
}

interface ProofProps {
  submit: string;
  text: string;
  danger?: boolean;
  send: (proof: { password: string; code: string }) => Promise<void>;
  cancel: () => void;
}

function Proof({ submit, text, danger, send, cancel }: ProofProps): JSX.Element {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const sending = useSending(["password", "code"]);
  return (
    <Reached>
      <Form
        sending={sending}
        submit={submit}
        busy="Asking…"
        danger={danger}
        cancel={cancel}
        check={() => missing({ password, code }, { password: "your password", code: "the code" })}
        send={() => send({ password, code })}
      >
        <p class="soft">{text}</p>
        <Field label="Your password" type="password" name="password" autocomplete="current-password" value={password} set={setPassword} error={sending.errors.password} />
        <Field label="Code" name="code" autocomplete="one-time-code" hint="Of your app, or a recovery code." value={code} set={setCode} error={sending.errors.code} />
      </Form>
    </Reached>
  );
}
