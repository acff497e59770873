import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../core/api";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { NewPassword } from "../../parts/new-password";
import { Told } from "../../parts/states";
import { Devices } from "./devices";
import { AccountPage } from "./frame";
import { Linked } from "./linked";
import { OwnNetworks } from "./networks";
import { SecondStep } from "./second-step";

/** Who can get into one's account: the password, the second step, the devices. */
export function Security(): JSX.Element {
  return (
    <AccountPage title="Security">
      <SecondStep />
      <PasswordChange />
      <Devices />
      <Linked />
      <OwnNetworks />
    </AccountPage>
  );
}

function PasswordChange(): JSX.Element {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const sending = useSending(["current_password", "password"]);
  const send = async (): Promise<void> => {
    setDone(false);
    await call("accounts.change_password", { current_password: current, password });
    setCurrent("");
    setPassword("");
    setDone(true);
  };
  return (
    <section aria-labelledby="password">
      <h2 id="password">Password</h2>
      <div class="panel">
        <Form
          sending={sending}
          submit="Change the password"
          busy="Changing…"
          check={() => missing({ current_password: current, password }, { current_password: "your current password", password: "a new password" })}
          send={send}
        >
          <Field label="Current password" type="password" name="current_password" autocomplete="current-password" value={current} set={setCurrent} error={sending.errors.current_password} />
          <NewPassword label="New password" value={password} set={setPassword} error={sending.errors.password} />
        </Form>
        {done && <Told text="Your password is changed. Every other device is signed out." />}
      </div>
    </section>
  );
}
