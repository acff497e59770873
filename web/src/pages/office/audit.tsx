import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import type { AuditEntry } from "../../contract";
import { call } from "../../core/api";
import { count, day, moment } from "../../core/format";
import { useLoaded, usePages } from "../../core/loading";
import { Field } from "../../parts/field";
import { More } from "../../parts/more";
import { PersonField } from "../../parts/person-field";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { Table } from "../../parts/table";
import { OfficePage } from "./frame";

/** Who did what to whom, and whether anybody has touched the log since. */
export function Audit(): JSX.Element {
  return (
    <OfficePage title="Audit log">
      <Chain />
      <Entries />
    </OfficePage>
  );
}

function Chain(): JSX.Element {
  const check = useLoaded("audit check", () => call("audit.check", {}));
  if (check.error !== undefined) return <Trouble error={check.error} again={check.again} />;
  const found = check.value;
  return (
    <div class={`notice${found && !found.intact ? " notice-bad" : ""} chain`} role="status">
      {!found && <p>Checking the chain of entries…</p>}
      {found?.intact && (
        <p>
          <Badge tone="good">Intact</Badge> {count(found.entries, "entry", "entries")}. Each fits the one before: nothing was changed, left out or put in between.
        </p>
      )}
      {found && !found.intact && (
        <p>
          <Badge tone="bad">Broken</Badge> Entry {found.broken_at} does not fit the one before it: somebody has changed the log past the shop.
        </p>
      )}
      {found && (
        <button type="button" class="button button-quiet button-small" onClick={check.again}>
          Check again
        </button>
      )}
    </div>
  );
}

interface Wanted {
  action: string;
  subject: string;
  actor: string;
}

function Entries(): JSX.Element {
  const { query } = useRoute();
  const { route } = useLocation();
  const wanted: Wanted = { action: query.action ?? "", subject: query.subject ?? "", actor: query.actor ?? "" };
  const key = new URLSearchParams({ ...wanted }).toString();
  const list = usePages(`audit ${key}`, (cursor) => call("audit.list", { action: wanted.action, subject: wanted.subject, actor_id: wanted.actor || null, cursor }));
  return (
    <>
      <Filters key={key} wanted={wanted} find={(next) => route(`/admin/audit?${new URLSearchParams({ ...next })}`)} />
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No entries">Nothing of this kind was done yet.</Empty>}
      {list.items !== undefined && list.items.length > 0 && <Written entries={list.items} />}
      <More list={list} />
    </>
  );
}

function Filters({ wanted, find }: { wanted: Wanted; find: (wanted: Wanted) => void }): JSX.Element {
  const [typed, setTyped] = useState(wanted);
  const field = (name: keyof Wanted): { name: string; value: string; set: (value: string) => void; type: "search"; autocomplete: "off" } => ({
    name,
    value: typed[name],
    set: (value) => setTyped({ ...typed, [name]: value.trim() }),
    type: "search",
    autocomplete: "off",
  });
  return (
    <form
      class="filters filters-audit"
      role="search"
      aria-label="Audit log"
      onSubmit={(event) => {
        event.preventDefault();
        find(typed);
      }}
    >
      <Field label="What was done" hint="How it begins, like users." {...field("action")} />
      <Field label="To what" hint="Like user: and an id." {...field("subject")} />
      <PersonField label="By whom" chosen={wanted.actor} set={(actor) => setTyped((before) => ({ ...before, actor }))} />
      <button type="submit" class="button">
        Search
      </button>
    </form>
  );
}

function Written({ entries }: { entries: readonly AuditEntry[] }): JSX.Element {
  return (
    <Table label="Table of entries" heads={["No.", "When", "What", "To what", "By whom", "More"]}>
      {entries.map((entry) => (
        <tr key={entry.number}>
          <td>{entry.number}</td>
          <td>
            <time dateTime={entry.at} title={moment(entry.at)}>
              {day(entry.at)}
            </time>
          </td>
          <td>{entry.action}</td>
          <td>
            <Thing subject={entry.subject} />
          </td>
          <td>{entry.actor_id ? <PersonLink id={entry.actor_id} /> : "the shop"}</td>
          <td class="audit-facts">{Object.entries(entry.facts).map(fact).join("; ")}</td>
        </tr>
      ))}
    </Table>
  );
}

function fact([name, value]: [string, unknown]): string {
  const text = Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : JSON.stringify(value);
  return `${name.replace(/_/g, " ")}: ${text}`;
}

function Thing({ subject }: { subject: string }): JSX.Element {
  const [noun, id] = subject.split(":");
  return noun === "user" && id ? <PersonLink id={id} /> : <code>{subject}</code>;
}

function PersonLink({ id }: { id: string }): JSX.Element {
  return (
    <a href={`/admin/users/${id}`} title={id}>
      person <code>{id.slice(-6)}</code>
    </a>
  );
}
