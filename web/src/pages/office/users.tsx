import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Role } from "../../contract";
import { call } from "../../core/api";
import { usePages } from "../../core/loading";
import { Choice, Field } from "../../parts/field";
import { More } from "../../parts/more";
import { Badge, Empty, Loading } from "../../parts/states";
import { OfficePage } from "./frame";

const ROLES: readonly (readonly [Role | "", string])[] = [
  ["", "Every role"],
  ["customer", "Customers"],
  ["seller", "Sellers"],
  ["agent", "Agents"],
  ["manager", "Managers"],
  ["admin", "Admins"],
];
const STATES = [
  ["", "Open and disabled"],
  ["open", "Open"],
  ["disabled", "Disabled"],
] as const;
// Somebody who types is not asked for after every letter.
const PAUSE = 250;

/** Everybody who has an account. */
export function Users(): JSX.Element {
  return (
    <OfficePage title="People">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const [typed, setTyped] = useState("");
  const [query, setQuery] = useState("");
  const [role, setRole] = useState<Role | "">("");
  const [state, setState] = useState("");
  useEffect(() => {
    const due = setTimeout(() => setQuery(typed.trim()), PAUSE);
    return () => clearTimeout(due);
  }, [typed]);
  const list = usePages(`users ${query} ${role} ${state}`, (cursor) => call("users.list", { query, role: role || null, disabled: state ? state === "disabled" : null, cursor }));
  return (
    <>
      <form class="filters" role="search" aria-label="People" onSubmit={(event) => event.preventDefault()}>
        <Field label="Search" name="query" type="search" autocomplete="off" hint="How the name or the e-mail begins." value={typed} set={setTyped} />
        <Choice label="Role" value={role} set={(value) => setRole(value as Role | "")} options={ROLES} />
        <Choice label="State" value={state} set={setState} options={STATES} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="Nobody">No name and no e-mail begins like this.</Empty>}
      <ul class="rows">
        {list.items?.map((user) => (
          <li key={user.id}>
            <a class="row" href={`/admin/users/${user.id}`}>
              <div class="row-main">
                <p class="row-title">{user.name}</p>
                <p class="soft">{user.email}</p>
              </div>
              <p class="row-badges">
                {user.disabled_at && <Badge tone="bad">Disabled</Badge>}
                {[...user.roles, ...user.custom_roles].map((name) => (
                  <Badge key={name}>{name}</Badge>
                ))}
              </p>
            </a>
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}
