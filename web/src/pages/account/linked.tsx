import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LinkedAccount } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day } from "../../core/format";
import { useLoaded } from "../../core/loading";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Trouble } from "../../parts/states";
import { providerName } from "../sign-in/elsewhere";

/** The accounts elsewhere that sign one in. Whoever has none sees nothing of it. */
export function Linked(): JSX.Element | null {
  const loaded = useLoaded("linked", () => call("accounts.list_linked", {}));
  const providers = [...new Map((loaded.value ?? []).map((linked) => [linked.provider, linked])).values()];
  if (providers.length === 0 && loaded.error === undefined) return null;
  return (
    <section aria-labelledby="linked">
      <h2 id="linked">Accounts that sign you in</h2>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {providers.map((linked) => (
        <Provider key={linked.provider} linked={linked} gone={loaded.again} />
      ))}
    </section>
  );
}

function Provider({ linked, gone }: { linked: LinkedAccount; gone: () => void }): JSX.Element {
  const [password, setPassword] = useState("");
  const sending = useSending(["password"]);
  const name = providerName(linked.provider);
  const send = async (): Promise<void> => {
    await call("accounts.unlink", { provider: linked.provider, password });
    announce(`${name} does not sign you in any more.`);
    gone();
  };
  return (
    <div class="panel">
      <p>
        {name}, since {day(linked.linked_at)}
      </p>
      <Form sending={sending} submit={`Do not sign in with ${name} any more`} busy="Unlinking…" check={() => missing({ password }, { password: "your password" })} send={send}>
        <Field label="Confirm with password" type="password" name="password" autocomplete="current-password" hint="You sign in with it from then on. If you have none, have one sent to you first." value={password} set={setPassword} error={sending.errors.password} />
      </Form>
    </div>
  );
}
