import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { signIn } from "../../core/session";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { withCode, type NeedsCode } from "./code-step";

/** E-mail and password. */
export function PasswordForm({ needsCode }: { needsCode: NeedsCode }): JSX.Element {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const sending = useSending(["email", "password"]);
  return (
    <Form
      sending={sending}
      submit="Sign in"
      busy="Signing in…"
      wide
      check={() => missing({ email, password }, { email: "your e-mail", password: "your password" })}
      send={() => withCode(() => signIn(email, password), needsCode)}
    >
      <Field label="E-mail" type="email" name="email" autocomplete="username" inputMode="email" value={email} set={setEmail} error={sending.errors.email} />
      <Field label="Password" type="password" name="password" autocomplete="current-password" value={password} set={setPassword} error={sending.errors.password} />
      <p class="form-aside">
        <a href="/account/forgot">Forgot your password?</a>
      </p>
    </Form>
  );
}
