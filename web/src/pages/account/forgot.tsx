import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../core/api";
import { me } from "../../core/session";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { Told } from "../../parts/states";

/** For who has forgotten their password, or fears that somebody else knows it. */
export function Forgot(): JSX.Element {
  useTitle("Choose a new password");
  const [typed, setEmail] = useState<string>();
  const [sentTo, setSentTo] = useState("");
  const sending = useSending(["email"]);
  const email = typed ?? me.value?.email ?? "";
  const send = async (): Promise<void> => {
    await call("accounts.forget_password", { email });
    setSentTo(email);
  };
  return (
    <section class="narrow">
      <h1>Choose a new password</h1>
      <p class="soft">We send you a mail with a link. It works once, for an hour.</p>
      <Form sending={sending} submit={sentTo ? "Send another" : "Send the mail"} busy="Sending…" wide check={() => missing({ email }, { email: "your e-mail" })} send={send}>
        <Field label="E-mail" type="email" name="email" autocomplete="username" inputMode="email" value={email} set={setEmail} error={sending.errors.email} />
      </Form>
      {sentTo && <Told text={`If ${sentTo} has an account here, the mail is on its way. Look among the unwanted mail, too.`} />}
      {!me.value && (
        <p class="switch">
          <a href="/sign-in">Back to the sign-in page</a>
        </p>
      )}
    </section>
  );
}
