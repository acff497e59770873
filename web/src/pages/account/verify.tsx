import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../core/api";
import { edited, me } from "../../core/session";
import { useDoing } from "../../parts/doing";
import { tokenOfMail } from "../../parts/mail-token";
import { useTitle } from "../../parts/page";
import { Trouble } from "../../parts/states";

/** Where the link in a mail leads that proves an address. A button proves it: programs that look through mail open links too. */
export function Verify(): JSX.Element {
  useTitle("Confirm your e-mail address");
  const [done, setDone] = useState(false);
  const doing = useDoing();
  const confirm = async (): Promise<void> => {
    await call("accounts.verify_email", { token: tokenOfMail() });
    if (me.value) await edited();
    setDone(true);
  };
  return (
    <section class="narrow">
      <h1>{done ? "Your address is confirmed" : "Confirm your e-mail address"}</h1>
      <p class="soft" role="status">
        {done ? "Thank you. Mail about your orders and your account reaches you there." : "You came from a mail of ours. One click, and we know that the address is yours."}
      </p>
      {doing.error !== undefined && <Failed error={doing.error} />}
      <p>
        {done ? (
          <a class="button" href={me.value ? "/account" : "/sign-in"}>
            {me.value ? "To your account" : "Sign in"}
          </a>
        ) : (
          <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(confirm)}>
            {doing.busy ? "Confirming…" : "Confirm the address"}
          </button>
        )}
      </p>
    </section>
  );
}

function Failed({ error }: { error: unknown }): JSX.Element {
  return (
    <>
      <Trouble error={error} />
      <p class="soft">
        <a href="/account">Your account</a> sends a new mail.
      </p>
    </>
  );
}
