import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../core/api";
import { edited, me } from "../../core/session";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Told } from "../../parts/states";
import { TextArea } from "../../parts/text-area";

/** From where one's account can be used. */
export function OwnNetworks(): JSX.Element {
  const [networks, setNetworks] = useState(() => me.value?.ip_whitelist.join("\n") ?? "");
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const sending = useSending(["networks", "password"]);
  const send = async (): Promise<void> => {
    setDone(false);
    await call("accounts.restrict", { networks: networks.split(/\s+/).filter(Boolean), password });
    await edited();
    setPassword("");
    setDone(true);
  };
  return (
    <section aria-labelledby="networks">
      <h2 id="networks">Where your account works</h2>
      <div class="panel">
        <p class="soft">Name the networks that you come from, one a line, such as 203.0.113.7 or 2001:db8::/32, and your account cannot be used anywhere else, not even with your password. Leave it empty to use it from anywhere.</p>
        <Form sending={sending} submit="Save the networks" busy="Saving…" check={() => missing({ password }, { password: "your password" })} send={send}>
          <TextArea label="Networks" name="networks" rows={3} value={networks} set={setNetworks} error={sending.errors.networks} />
          <Field label="Confirm with password" type="password" name="password" autocomplete="current-password" value={password} set={setPassword} error={sending.errors.password} />
        </Form>
        {done && <Told text={me.value?.ip_whitelist.length ? "Your account works from there only now." : "Your account works from anywhere."} />}
      </div>
    </section>
  );
}
