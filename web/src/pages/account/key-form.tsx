import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { NewApiKey } from "../../contract";
import { call } from "../../core/api";
import { serverNow } from "../../core/clock";
import { newId } from "../../core/ids";
import { useLoaded } from "../../core/loading";
import { Choice, Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { ScopePicker } from "../../parts/scopes";
import { Loading, Trouble } from "../../parts/states";

const DAY = 86_400_000;
const LASTS = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "A year"],
  ["", "Until it is revoked"],
] as const;

/** Make a key. */
export function KeyForm({ done, cancel }: { done: (key: NewApiKey) => void; cancel: () => void }): JSX.Element {
  const scopes = useLoaded("scopes", () => call("api_keys.list_scopes", {}));
  const [name, setName] = useState("");
  const [lasts, setLasts] = useState("90");
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [password, setPassword] = useState("");
  const sending = useSending(["name", "scopes", "expires_at", "password"]);
  // What is sent again after no answer is the same key; anything typed anew is another.
  const keyId = useMemo(newId, [name, lasts, chosen]);
  const expiresAt = useMemo(() => (lasts ? new Date(serverNow() + Number(lasts) * DAY).toISOString() : null), [keyId]);
  if (scopes.error !== undefined) return <Trouble error={scopes.error} again={scopes.again} />;
  if (!scopes.value) return <Loading />;
  return (
    <div class="panel">
      <h2>New key</h2>
      <Form
        sending={sending}
        submit="Make the key"
        busy="Making…"
        cancel={cancel}
        check={() => wrong(name, chosen, password)}
        send={async () => done(await call("api_keys.create", { key_id: keyId, name, scopes: [...chosen].sort(), password, expires_at: expiresAt }))}
      >
        <div class="fields">
          <Field label="Name" name="name" autocomplete="off" hint="To tell it by, like the program's." value={name} set={setName} error={sending.errors.name} />
          <Choice label="Lasts" value={lasts} set={setLasts} options={LASTS} error={sending.errors.expires_at} />
        </div>
        <ScopePicker legend="What it may do" names={scopes.value.scopes} chosen={chosen} set={choose} error={sending.errors.scopes} />
        <Field label="Your password" type="password" name="password" autocomplete="current-password" value={password} set={setPassword} error={sending.errors.password} />
      </Form>
    </div>
  );
}

function wrong(name: string, chosen: ReadonlySet<string>, password: string): Record<string, string> | undefined {
  const errors = { ...missing({ name, password }, { name: "a name", password: "your password" }), ...(chosen.size === 0 && { scopes: "Please choose what it may do." }) };
  return Object.keys(errors).length > 0 ? errors : undefined;
}
