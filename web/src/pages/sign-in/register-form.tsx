import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { newUserId, register } from "../../core/session";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { NewPassword } from "../../parts/new-password";
import { withCode, type NeedsCode } from "./code-step";

const NAMES = { name: "your name", email: "your e-mail", password: "a password" };

/** What an account needs to be opened. */
export function RegisterForm({ needsCode }: { needsCode: NeedsCode }): JSX.Element {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const sending = useSending(["name", "email", "password"]);
  // One id for this account, however often it has to be sent; another e-mail is another account.
  const userId = useMemo(newUserId, [email]);
  return (
    <Form
      sending={sending}
      submit="Create the account"
      busy="Creating…"
      wide
      check={() => missing({ name, email, password }, NAMES)}
      send={() => withCode(() => register(userId, name, email, password), needsCode)}
    >
      <Field label="Your name" name="name" autocomplete="name" value={name} set={setName} error={sending.errors.name} />
      <Field label="E-mail" type="email" name="email" autocomplete="username" inputMode="email" hint="We send a mail there to confirm it." value={email} set={setEmail} error={sending.errors.email} />
      <NewPassword label="Password" value={password} set={setPassword} error={sending.errors.password} />
    </Form>
  );
}
