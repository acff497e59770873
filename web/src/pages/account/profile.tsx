import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Me } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { edited, me, signOut } from "../../core/session";
import { useDoing } from "../../parts/doing";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Badge, Told, Trouble } from "../../parts/states";
import { OwnExemptions } from "./exemptions";
import { AccountPage } from "./frame";

/** Who one is here. */
export function Profile(): JSX.Element {
  return <AccountPage title="Your account">{me.value && <Parts person={me.value} />}</AccountPage>;
}

function Parts({ person }: { person: Me }): JSX.Element {
  return (
    <>
      <Who person={person} />
      {!person.email_verified && <Unverified email={person.email} />}
      <NameForm key={person.name} name={person.name} />
      <EmailForm />
      <OwnExemptions />
    </>
  );
}

function Who({ person }: { person: Me }): JSX.Element {
  const { route } = useLocation();
  const leave = async (): Promise<void> => {
    await signOut();
    route("/");
  };
  return (
    <div class="panel who">
      <div>
        <p class="who-name">{person.name}</p>
        <p class="soft">
          {person.email} {person.email_verified && <Badge tone="good">Confirmed</Badge>}
        </p>
      </div>
      <button type="button" class="button button-quiet" onClick={() => void leave()}>
        Sign out
      </button>
    </div>
  );
}

function Unverified({ email }: { email: string }): JSX.Element {
  const [sent, setSent] = useState(false);
  const doing = useDoing();
  const send = async (): Promise<void> => {
    await call("accounts.send_verification", {});
    setSent(true);
  };
  return (
    <div class="notice notice-warm">
      <p role="status">{sent ? `Another mail is on its way to ${email}.` : `Please confirm your e-mail address: open the link in the mail that we sent to ${email}.`}</p>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {!sent && (
        <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(send)}>
          Send it again
        </button>
      )}
    </div>
  );
}

function NameForm({ name: known }: { name: string }): JSX.Element {
  const [name, setName] = useState(known);
  const sending = useSending(["name"]);
  const save = async (): Promise<void> => {
    await call("accounts.edit_me", { name });
    await edited();
    announce("Saved.");
  };
  return (
    <section aria-labelledby="name">
      <h2 id="name">Your name</h2>
      <div class="panel">
        <Form sending={sending} submit="Save" busy="Saving…" check={() => missing({ name }, { name: "your name" })} send={save}>
          <Field label="Name" name="name" autocomplete="name" value={name} set={setName} error={sending.errors.name} />
        </Form>
      </div>
    </section>
  );
}

function EmailForm(): JSX.Element {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [sentTo, setSentTo] = useState("");
  const sending = useSending(["email", "password"]);
  const send = async (): Promise<void> => {
    await call("accounts.change_email", { email, password });
    setSentTo(email);
    setEmail("");
    setPassword("");
  };
  return (
    <section aria-labelledby="email">
      <h2 id="email">Change your e-mail address</h2>
      <p class="soft">We send a mail to the new address. Your account has it once you have opened the link in it.</p>
      <div class="panel">
        <Form
          sending={sending}
          submit="Send the mail"
          busy="Sending…"
          check={() => missing({ email, password }, { email: "the new address", password: "your password" })}
          send={send}
        >
          <Field label="New e-mail" type="email" name="email" autocomplete="email" inputMode="email" value={email} set={setEmail} error={sending.errors.email} />
          <Field label="Your password" type="password" name="password" autocomplete="current-password" value={password} set={setPassword} error={sending.errors.password} />
        </Form>
        {sentTo && <Told text={`A mail is on its way to ${sentTo}, unless that address has an account here already.`} />}
      </div>
    </section>
  );
}
