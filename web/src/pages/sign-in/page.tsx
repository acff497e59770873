import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { me } from "../../core/session";
import { useGoingOn } from "../../parts/going-on";
import { useTitle } from "../../parts/page";
import { CodeStep, type Challenge } from "./code-step";
import { Elsewhere } from "./elsewhere";
import { RegisterForm } from "./register-form";
import { PasswordForm } from "./password-form";
import { ownPath } from "./own-path";

/** Sign in, or open an account; then back to where one came from. */
export function SignIn(): JSX.Element {
  const { query } = useRoute();
  const goOn = useGoingOn();
  const [isNew, setNew] = useState(false);
  const [challenge, setChallenge] = useState<Challenge>();
  const next = ownPath(query.next);
  useTitle(challenge ? "Enter your code" : isNew ? "Create an account" : "Sign in");
  useEffect(() => {
    if (me.value) goOn(next);
  }, [me.value]);

  if (challenge) return <CodeStep challenge={challenge} restart={() => setChallenge(undefined)} />;
  return (
    <section class="narrow">
      <h1>{isNew ? "Create an account" : "Welcome back"}</h1>
      <p class="soft">{next === "/" ? "One account for buying, selling and following your orders." : "Then you are right back where you were."}</p>
      {isNew ? <RegisterForm needsCode={setChallenge} /> : <PasswordForm needsCode={setChallenge} />}
      <Elsewhere next={next} />
      <p class="switch">
        {isNew ? "You have an account? " : "New here? "}
        <button type="button" class="link" onClick={() => setNew(!isNew)}>
          {isNew ? "Sign in" : "Create an account"}
        </button>
      </p>
    </section>
  );
}
