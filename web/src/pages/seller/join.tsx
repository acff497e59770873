import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../core/api";
import { edited, me } from "../../core/session";
import { recall, remember } from "../../core/storage";
import { useDoing } from "../../parts/doing";
import { useKeptFocus } from "../../parts/focus";
import { tokenOfMail } from "../../parts/mail-token";
import { signInUrl, useTitle } from "../../parts/page";
import { Loading, Told, Trouble } from "../../parts/states";

/** Where the mail leads that asks somebody to work for a shop. */
export function SellerJoin(): JSX.Element {
  useTitle("Work for a shop");
  const [token] = useState(invitation);
  return (
    <section class="narrow">
      <h1>Work for a shop</h1>
      {me.value === undefined ? <Loading /> : me.value === null ? <Guest /> : <Accept email={me.value.email} token={token} />}
    </section>
  );
}

/** The token of the mail. This tab keeps it while its person signs in: in an address it would be sent to servers. */
function invitation(): string {
  const token = tokenOfMail();
  if (token === "none") return recall<string>("invitation") ?? token;
  remember("invitation", token);
  return token;
}

function Guest(): JSX.Element {
  return (
    <>
      <p class="soft">You were asked by mail. Sign in, or create an account with the address that the mail was sent to.</p>
      <p>
        <a class="button" href={signInUrl("/seller/join")}>
          Sign in or create an account
        </a>
      </p>
    </>
  );
}

function Accept({ email, token }: { email: string; token: string }): JSX.Element {
  const [joined, setJoined] = useState(false);
  const doing = useDoing();
  const box = useKeptFocus<HTMLDivElement>(0);
  const accept = async (): Promise<void> => {
    await call("staff.accept", { token });
    await edited();
    setJoined(true);
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      {joined ? <Told text="You work for the shop now." /> : <p class="soft">You are signed in as {email}. Accept, and the shop's pages are open to you.</p>}
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <p>
        {joined ? (
          <a class="button" href="/seller">
            To the shop's pages
          </a>
        ) : (
          <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(accept)}>
            {doing.busy ? "Accepting…" : "Accept the invitation"}
          </button>
        )}
      </p>
    </div>
  );
}
