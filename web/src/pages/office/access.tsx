import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Grant } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { calendarDay } from "../../core/format";
import { newId } from "../../core/ids";
import { useLoaded, usePages } from "../../core/loading";
import { useDoing } from "../../parts/doing";
import { Choice, Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { grantText } from "../../parts/grants";
import { PersonField } from "../../parts/person-field";
import { PersonLink } from "../../parts/person-link";
import { Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";

/** Access lists: one thing opened to a person or a role. */
export function Access(): JSX.Element {
  return (
    <OfficePage title="Access lists">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const list = usePages("grants", (cursor) => call("acl.list", { cursor }));
  const box = useKeptFocus<HTMLDivElement>(0);
  const changed = (text: string): void => {
    announce(text);
    list.again();
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      <p class="soft">Opens one operation on one thing to a person or a role, beside what their roles include.</p>
      <NewGrant granted={() => changed("It is granted.")} />
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="Nothing is granted">Roles alone say who may do what.</Empty>}
      <ul class="rows">
        {list.items?.map((grant) => (
          <li key={grant.id} class="row row-open">
            <Row grant={grant} revoked={() => changed("It is revoked.")} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

function NewGrant({ granted }: { granted: () => void }): JSX.Element {
  const [typed, setTyped] = useState({ operation: "orders.show", resource: "", role: "", user: "" });
  const [round, setRound] = useState(0);
  const grantable = useLoaded("grantable", () => call("acl.list_grantable", {}));
  const on = grantable.value?.items.find((it) => it.operation === typed.operation)?.on.replace("_id", "") ?? "thing";
  const roles = useLoaded("roles", () => call("roles.list", {})).value?.items ?? [];
  const id = useMemo(newId, [typed, round]);
  const sending = useSending(["operation", "resource_id", "user_id", "role"]);
  const { operation, resource, role, user } = typed;
  const send = async (): Promise<void> => {
    await call("acl.grant", { grant_id: id, operation, resource_id: resource.trim(), user_id: role ? null : user, role: role || null });
    setTyped({ ...typed, resource: "", user: "" });
    setRound(round + 1);
    granted();
  };
  const check = (): Record<string, string> | undefined => missing({ resource_id: resource, ...(role ? {} : { user_id: user }) }, { resource_id: "the id of the thing", user_id: "whom, and choose them" });
  if (grantable.error !== undefined) return <Trouble error={grantable.error} again={grantable.again} />;
  if (!grantable.value) return <Loading />;
  return (
    <div class="panel">
      <h2>Grant</h2>
      <Form sending={sending} submit="Grant" busy="Granting…" check={check} send={send}>
        <div class="fields">
          <Choice label="What" value={operation} set={(value) => setTyped({ ...typed, operation: value })} options={grantable.value.items.map((it) => [it.operation, grantText(it.operation)] as const)} error={sending.errors.operation} />
          <Field label={`Id of the ${on}`} name="resource_id" autocomplete="off" value={resource} set={(value) => setTyped({ ...typed, resource: value })} error={sending.errors.resource_id} />
          <Choice label="To" value={role} set={(value) => setTyped({ ...typed, role: value })} options={[["", "One person"], ...roles.map(({ name, title }) => [name, `Everybody with the role ${title}`] as const)]} error={sending.errors.role} />
          {!role && <PersonField key={round} set={(value) => setTyped({ ...typed, user: value })} error={sending.errors.user_id} />}
        </div>
      </Form>
    </div>
  );
}

function Row({ grant, revoked }: { grant: Grant; revoked: () => void }): JSX.Element {
  const doing = useDoing();
  const what = grantText(grant.operation);
  const revoke = async (): Promise<void> => {
    await call("acl.revoke", { grant_id: grant.id });
    revoked();
  };
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">{what}</p>
          <p class="soft">
            {grant.user_id ? <PersonLink id={grant.user_id} /> : `everybody with the role ${grant.role}`} · since {calendarDay(grant.granted_at)}
          </p>
          <p class="soft">
            <code>{grant.resource_id}</code>
          </p>
        </div>
        <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(revoke)}>
          Revoke<span class="hidden"> “{what}”</span>
        </button>
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
    </>
  );
}
