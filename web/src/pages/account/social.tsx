import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { me, signInFromElsewhere } from "../../core/session";
import { recall, remember } from "../../core/storage";
import { useGoingOn } from "../../parts/going-on";
import { useTitle } from "../../parts/page";
import { Loading, Trouble } from "../../parts/states";
import { CodeStep, withCode, type Challenge } from "../sign-in/code-step";
import { BEGUN, providerName, type Begun } from "../sign-in/elsewhere";

/** Where a provider of accounts elsewhere sends people back to, with what signs them in here. */
export function Social(): JSX.Element {
  const { params, query } = useRoute();
  const goOn = useGoingOn();
  const provider = params.provider ?? "";
  const [begun] = useState(() => recall<Begun>(BEGUN));
  const [challenge, setChallenge] = useState<Challenge>();
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>();
  useTitle("Signing in");
  const { code, state } = query;
  const whole = begun?.provider === provider && code !== undefined && state !== undefined;
  useEffect(() => {
    if (!whole) return;
    remember(BEGUN, undefined);
    void withCode(() => signInFromElsewhere({ provider, ticket: begun.ticket, state, code }), setChallenge).then(() => setDone(true), setError);
  }, []);
  useEffect(() => {
    if (done && me.value) goOn(begun?.next ?? "/");
  }, [done, me.value]);

  if (challenge) return <CodeStep challenge={challenge} restart={() => goOn("/sign-in")} />;
  if (whole && error === undefined) return <Loading />;
  return (
    <section class="narrow">
      <h1>That did not work</h1>
      {error !== undefined && <Trouble error={error} />}
      {!whole && <p class="soft">{query.error === "access_denied" ? `You did not let ${providerName(provider)} tell us who you are.` : "This page is where another service sends you back to. Begin from the sign-in page."}</p>}
      <p>
        <a class="button" href="/sign-in">
          To the sign-in page
        </a>
      </p>
    </section>
  );
}
