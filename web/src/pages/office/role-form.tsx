import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Role, RoleShown } from "../../contract";
import { call } from "../../core/api";
import { Choice, Field, Tick } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { ScopePicker } from "../../parts/scopes";

const BASES: readonly (readonly [Role, string])[] = [
  ["manager", "Managers"],
  ["agent", "Agents"],
  ["seller", "Sellers"],
  ["customer", "Customers"],
  ["admin", "Admins"],
];

interface Props {
  names: readonly string[];
  saved: () => void;
  cancel: () => void;
}

/** Make a role. */
export function NewRole({ names, saved, cancel }: Props): JSX.Element {
  const [name, setName] = useState("");
  const [title, setTitle] = useState("");
  const [base, setBase] = useState<string>("manager");
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const sending = useSending(["name", "title", "permissions"]);
  const send = async (): Promise<void> => {
    await call("roles.create", { name, title, base: base as Role, permissions: [...chosen].sort() });
    saved();
  };
  return (
    <>
      <h2>New role</h2>
      <Form
        sending={sending}
        submit="Make the role"
        busy="Making…"
        cancel={cancel}
        check={() => missing({ title, name }, { title: "what people call it", name: "a name" }) ?? (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? undefined : { name: "Small letters, digits and single hyphens, like night-shift." })}
        send={send}
      >
        <div class="fields">
          <Field label="What people call it" name="title" autocomplete="off" value={title} set={setTitle} error={sending.errors.title} />
          <Field label="Name" name="name" autocomplete="off" hint="For programs, like night-shift." value={name} set={setName} error={sending.errors.name} />
          <Choice label="Counts as" value={base} set={setBase} options={BASES} />
        </div>
        <ScopePicker legend="In what it counts so" names={names} chosen={chosen} set={choose} error={sending.errors.permissions} />
      </Form>
    </>
  );
}

/** Say anew what a role includes. */
export function EditRole({ role, names, saved, cancel }: Props & { role: RoleShown }): JSX.Element {
  const [title, setTitle] = useState(role.title);
  const [everything, setEverything] = useState(role.permissions === null);
  // Whoever narrows a role down that includes everything takes away from there, and does not start with nothing.
  const [chosen, choose] = useState<ReadonlySet<string>>(() => new Set(role.permissions ?? names.filter((name) => name.includes(":"))));
  const sending = useSending(["title", "permissions"]);
  const send = async (): Promise<void> => {
    await call("roles.edit", { name: role.name, title, permissions: everything ? null : [...chosen].sort() });
    saved();
  };
  return (
    <Form sending={sending} submit="Save the role" busy="Saving…" cancel={cancel} check={() => missing({ title }, { title: "what people call it" })} send={send}>
      <Field label="What people call it" name="title" autocomplete="off" value={title} set={setTitle} error={sending.errors.title} />
      {role.built_in && <Tick label="Everything that is made for it, what comes later too" value={everything} set={setEverything} />}
      {!everything && <ScopePicker legend="What it includes" names={names} chosen={chosen} set={choose} error={sending.errors.permissions} />}
      <p class="soft">Whoever has the role connects anew, with the new rights.</p>
    </Form>
  );
}
