import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RoleShown } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { count } from "../../core/format";
import { useLoaded, usePages } from "../../core/loading";
import { useKeptFocus } from "../../parts/focus";
import { Badge, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";
import { EditRole, NewRole } from "./role-form";

/** What each role may do. */
export function Roles(): JSX.Element {
  const [open, setOpen] = useState("");
  return (
    <OfficePage
      title="Roles"
      action={
        open !== NEW && (
          <button type="button" class="button" onClick={() => setOpen(NEW)}>
            New role
          </button>
        )
      }
    >
      <Content open={open} setOpen={setOpen} />
    </OfficePage>
  );
}

// No role is called so: names begin with a letter or a digit.
const NEW = "-";

function Content({ open, setOpen }: { open: string; setOpen: (name: string) => void }): JSX.Element {
  const list = usePages("roles", () => call("roles.list", {}));
  const permissions = useLoaded("permissions", () => call("roles.list_permissions", {}));
  const box = useKeptFocus<HTMLDivElement>(0);
  const close = (): void => setOpen("");
  const saved = (): void => {
    close();
    announce("Saved.");
    list.again();
  };
  const error = list.error ?? permissions.error;
  if (error !== undefined) return <Trouble error={error} again={list.error === undefined ? permissions.again : list.again} />;
  if (!list.items || !permissions.value) return <Loading />;
  const names = permissions.value.items;
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      {open === NEW && (
        <div class="panel">
          <NewRole names={names} saved={saved} cancel={close} />
        </div>
      )}
      <ul class="rows">
        {list.items.map((role) => (
          <li key={role.name} class="row row-open">
            <Row role={role} open={open === role.name} toggle={() => setOpen(open === role.name ? "" : role.name)} />
            {open === role.name && <EditRole role={role} names={names} saved={saved} cancel={close} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Row({ role, open, toggle }: { role: RoleShown; open: boolean; toggle: () => void }): JSX.Element {
  return (
    <div class="row-line">
      <div class="row-main">
        <p class="row-title">
          {role.title} {!role.built_in && <Badge>custom</Badge>}
        </p>
        <p class="soft">
          {count(role.people, "person", "people")} · {role.permissions === null ? "everything that is made for it" : count(role.permissions.length, "permission")}
          {!role.built_in && ` of ${role.base}s`}
        </p>
      </div>
      {role.name === "admin" ? (
        <span class="soft">cannot be edited</span>
      ) : (
        <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={toggle}>
          {open ? "Close" : "Edit"}
          <span class="hidden"> {role.title}</span>
        </button>
      )}
    </div>
  );
}
