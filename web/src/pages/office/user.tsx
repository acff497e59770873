import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import type { Role, User } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { calendarDay } from "../../core/format";
import { forgetLists, useLoaded } from "../../core/loading";
import { me } from "../../core/session";
import { Confirm } from "../../parts/confirm";
import { useDoing } from "../../parts/doing";
import { Field, Tick } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Badge, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";
import { Letting } from "./user-letting";

/** One person, and what an admin can do about them. */
export function UserPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("users.show", { user_id: id }));
  const [changed, setChanged] = useState<User>();
  const user = changed?.id === id ? changed : loaded.value;
  const show = (next: User): void => {
    setChanged(next);
    forgetLists();
    announce("Saved.");
  };
  return (
    <OfficePage title={user?.name ?? "Person"} action={user?.disabled_at && <Badge tone="bad">Disabled since {calendarDay(user.disabled_at)}</Badge>}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {!user && loaded.error === undefined && <Loading />}
      {user && (
        <div class="office-grid">
          <Facts user={user} show={show} />
          <Profile key={`${user.name} ${user.session_limit}`} user={user} show={show} />
          <Roles key={[...user.roles, ...user.custom_roles].join()} user={user} show={show} />
          <Letting user={user} show={show} />
        </div>
      )}
    </OfficePage>
  );
}

export interface Part {
  user: User;
  show: (user: User) => void;
}

function Facts({ user, show }: Part): JSX.Element {
  const [asking, ask] = useState(false);
  const doing = useDoing();
  const fromAnywhere = async (): Promise<void> => {
    show(await call("users.edit", { user_id: user.id, name: user.name, session_limit: user.session_limit, ip_whitelist: [] }));
  };
  return (
    <section class="panel" aria-labelledby="facts">
      <h2 id="facts">Account</h2>
      <dl class="facts">
        <dt>E-mail</dt>
        <dd>
          {user.email} {user.email_verified ? <Badge tone="good">Confirmed</Badge> : <Badge>Not confirmed</Badge>}
        </dd>
        <dt>Opened</dt>
        <dd>{calendarDay(user.created_at)}</dd>
        <dt>Second step</dt>
        <dd>{user.two_factor ? "On" : "Off"}</dd>
        <dt>Works from</dt>
        <dd>{user.ip_whitelist.join(", ") || "Anywhere"}</dd>
        <dt>Id</dt>
        <dd>
          <code>{user.id}</code>
        </dd>
      </dl>
      <div class="actions">
        <a class="button button-quiet button-small" href={`/admin/audit?subject=user:${user.id}`}>
          What was done about them
        </a>
        {user.two_factor && (
          <button type="button" class="button button-quiet button-small" onClick={() => ask(true)}>
            Take the second step away
          </button>
        )}
        {user.ip_whitelist.length > 0 && (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(fromAnywhere)}>
            Let them come from anywhere
          </button>
        )}
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {asking && (
        <Confirm
          title={`Let ${user.name} sign in with the password alone?`}
          action="Take it away"
          close={() => ask(false)}
          run={async () => show(await call("users.reset_two_factor", { user_id: user.id }))}
        >
          <p>For who has lost both the app and the recovery codes. Be sure that it is really they who ask. They are told by mail.</p>
        </Confirm>
      )}
    </section>
  );
}

function Profile({ user, show }: Part): JSX.Element {
  const [name, setName] = useState(user.name);
  const [limit, setLimit] = useState(String(user.session_limit));
  const sending = useSending(["name", "session_limit"]);
  const check = (): Record<string, string> | undefined => missing({ name }, { name: "a name" }) ?? (/^\d{1,3}$/.test(limit.trim()) ? undefined : { session_limit: "Please type a whole number." });
  return (
    <section class="panel" aria-labelledby="profile">
      <h2 id="profile">Name and devices</h2>
      <Form sending={sending} submit="Save" busy="Saving…" check={check} send={async () => show(await call("users.edit", { user_id: user.id, name, session_limit: Number(limit) }))}>
        <Field label="Name" name="name" autocomplete="off" value={name} set={setName} error={sending.errors.name} />
        <Field label="Devices at once" name="session_limit" inputMode="numeric" hint="With fewer than are signed in now, the longest unused are signed out." value={limit} set={setLimit} error={sending.errors.session_limit} />
      </Form>
    </section>
  );
}

function Roles({ user, show }: Part): JSX.Element {
  const roles = useLoaded("roles", () => call("roles.list", {}));
  const [chosen, choose] = useState<ReadonlySet<string>>(() => new Set([...user.roles, ...user.custom_roles]));
  const sending = useSending([]);
  const toggle = (name: string, on: boolean): void => choose(new Set(on ? [...chosen, name] : [...chosen].filter((it) => it !== name)));
  const save = async (): Promise<void> => {
    const known = (roles.value?.items ?? []).filter((role) => chosen.has(role.name));
    const builtIn = known.filter((role) => role.built_in).map((role) => role.base);
    const custom = known.filter((role) => !role.built_in).map((role) => role.name);
    show(await call("users.set_roles", { user_id: user.id, roles: builtIn satisfies Role[], custom_roles: custom }));
  };
  return (
    <section class="panel" aria-labelledby="roles">
      <h2 id="roles">Roles</h2>
      {roles.error !== undefined && <Trouble error={roles.error} again={roles.again} />}
      {!roles.value && roles.error === undefined && <Loading />}
      {roles.value && (
        <Form sending={sending} submit="Save the roles" busy="Saving…" send={save} label="Roles">
          <div class="ticks">
            {roles.value.items.map((role) => (
              <Tick key={role.name} label={role.title} value={chosen.has(role.name)} set={(on) => toggle(role.name, on)} />
            ))}
          </div>
          {user.id === me.value?.id && <p class="soft">These are your own roles: without the admin's you cannot come back here.</p>}
        </Form>
      )}
    </section>
  );
}
