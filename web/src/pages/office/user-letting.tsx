import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../core/api";
import { useDoing } from "../../parts/doing";
import { Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Trouble } from "../../parts/states";
import type { Part } from "./user";

/** Shutting a person out, and letting them in again. */
export function Letting(part: Part): JSX.Element {
  const box = useKeptFocus<HTMLElement>(0);
  return (
    <section class="panel" aria-labelledby="letting" ref={box} tabIndex={-1}>
      <h2 id="letting">{part.user.disabled_at ? "Disabled" : "Disable the account"}</h2>
      {part.user.disabled_at ? <Enable {...part} /> : <Disable {...part} />}
    </section>
  );
}

function Disable({ user, show }: Part): JSX.Element {
  const [reason, setReason] = useState("");
  const sending = useSending(["reason"]);
  const send = async (): Promise<void> => show(await call("users.disable", { user_id: user.id, reason }));
  return (
    <Form sending={sending} submit={`Disable ${user.name}`} busy="Disabling…" danger check={() => missing({ reason }, { reason: "the reason" })} send={send}>
      <p class="soft">They are signed out everywhere at once, and neither they nor their keys get in again.</p>
      <Field label="Reason" name="reason" autocomplete="off" hint="It is kept in the audit log." value={reason} set={setReason} error={sending.errors.reason} />
    </Form>
  );
}

function Enable({ user, show }: Part): JSX.Element {
  const doing = useDoing();
  return (
    <>
      <p class="soft">They cannot sign in, and their keys do not work. Both come back when you enable the account.</p>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <div class="actions">
        <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(async () => show(await call("users.enable", { user_id: user.id })))}>
          Enable {user.name}
        </button>
      </div>
    </>
  );
}
