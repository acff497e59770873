import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../core/api";
import { problemOf } from "../../core/problem";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { tokenOfMail } from "../../parts/mail-token";
import { NewPassword } from "../../parts/new-password";
import { useTitle } from "../../parts/page";

/** Where the link in a mail leads with which a new password is chosen. */
export function Reset(): JSX.Element {
  useTitle("Choose a new password");
  const [done, setDone] = useState(false);
  return done ? <Changed /> : <Choose done={() => setDone(true)} />;
}

function Choose({ done }: { done: () => void }): JSX.Element {
  const [password, setPassword] = useState("");
  const [over, setOver] = useState(false);
  const sending = useSending(["password"]);
  const send = async (): Promise<void> => {
    try {
      await call("accounts.reset_password", { token: tokenOfMail(), password });
      done();
    } catch (error) {
      setOver(problemOf(error, "accounts.token_invalid") !== undefined);
      throw error;
    }
  };
  return (
    <section class="narrow">
      <h1>Choose a new password</h1>
      <p class="soft">Every device is signed out then, and every API key revoked.</p>
      <Form sending={sending} submit="Change the password" busy="Changing…" wide check={() => missing({ password }, { password: "a new password" })} send={send}>
        <NewPassword label="New password" value={password} set={setPassword} error={sending.errors.password} />
      </Form>
      {over && (
        <p class="switch">
          <a href="/account/forgot">Ask for a new mail</a>
        </p>
      )}
    </section>
  );
}

function Changed(): JSX.Element {
  return (
    <section class="narrow" role="status">
      <h1>Your password is changed</h1>
      <p class="soft">Sign in with the new one.</p>
      <p>
        <a class="button" href="/sign-in">
          Sign in
        </a>
      </p>
    </section>
  );
}
