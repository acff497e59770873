import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useEffect, useMemo, useState } from "preact/hooks";
import { me, newUserId, register, signIn } from "../core/session";
import { Field } from "../parts/field";
import { useSending } from "../parts/forms";
import { useTitle } from "../parts/page";

/** Sign in, or open an account; then back to where one came from. */
export function SignIn(): JSX.Element {
  const { query } = useRoute();
  const { route } = useLocation();
  const [isNew, setNew] = useState(false);
  const next = ownPath(query.next);
  useTitle(isNew ? "Open an account" : "Sign in");
  useEffect(() => {
    if (me.value) route(next, true);
  }, [me.value]);

  return (
    <section class="narrow">
      <h1>{isNew ? "Open an account" : "Welcome back"}</h1>
      <p class="soft">{next === "/" ? "One account for buying, selling and following your orders." : "Sign in, and you will be right back where you were."}</p>
      {isNew ? <RegisterForm /> : <SignInForm />}
      <p class="switch">
        {isNew ? "You have an account? " : "New here? "}
        <button type="button" class="link" onClick={() => setNew(!isNew)}>
          {isNew ? "Sign in" : "Open an account"}
        </button>
      </p>
    </section>
  );
}

/** Only ever back to a page of our own. */
function ownPath(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith("/sign-in") ? next : "/";
}

function SignInForm(): JSX.Element {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const sending = useSending(["email", "password"]);
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const errors = missing({ email, password });
        if (errors) sending.refuse(event.currentTarget, errors);
        else void sending.send(event.currentTarget, () => signIn(email, password));
      }}
    >
      {sending.error && <FormError text={sending.error} />}
      <Field label="E-mail" type="email" name="email" autocomplete="username" inputMode="email" value={email} set={setEmail} error={sending.errors.email} />
      <Field label="Password" type="password" name="password" autocomplete="current-password" value={password} set={setPassword} error={sending.errors.password} />
      <button type="submit" class="button button-wide" disabled={sending.busy}>
        {sending.busy ? "Signing in…" : "Sign in"}
      </button>
    </form>
  );
}

function RegisterForm(): JSX.Element {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const sending = useSending(["name", "email", "password"]);
  // One id for this account, however often it has to be sent; another e-mail is another account.
  const userId = useMemo(newUserId, [email]);
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const errors = missing({ name, email, password });
        if (errors) sending.refuse(event.currentTarget, errors);
        else void sending.send(event.currentTarget, () => register(userId, name, email, password));
      }}
    >
      {sending.error && <FormError text={sending.error} />}
      <Field label="Your name" name="name" autocomplete="name" value={name} set={setName} error={sending.errors.name} />
      <Field label="E-mail" type="email" name="email" autocomplete="username" inputMode="email" value={email} set={setEmail} error={sending.errors.email} />
      <Field label="Password" type="password" name="password" autocomplete="new-password" hint="Eight characters or more; a few words make a good one." value={password} set={setPassword} error={sending.errors.password} />
      <button type="submit" class="button button-wide" disabled={sending.busy}>
        {sending.busy ? "Opening…" : "Open the account"}
      </button>
    </form>
  );
}

const NAMES: Readonly<Record<string, string>> = { name: "your name", email: "your e-mail", password: "your password" };

function missing(values: Record<string, string>): Record<string, string> | undefined {
  const empty = Object.keys(values).filter((key) => values[key]?.trim() === "");
  return empty.length ? Object.fromEntries(empty.map((key) => [key, `Please type ${NAMES[key]}.`])) : undefined;
}

function FormError({ text }: { text: string }): JSX.Element {
  return (
    <p class="notice notice-bad" role="alert" tabIndex={-1}>
      {text}
    </p>
  );
}
