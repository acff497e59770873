import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CustomerGroup } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { calendarDay, count, slugOf } from "../../core/format";
import { usePages } from "../../core/loading";
import { useDoing } from "../../parts/doing";
import { Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { PersonField } from "../../parts/person-field";
import { Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";

/** Groups of customers: price lists, coupons and campaigns can be for one of them only. */
export function Groups(): JSX.Element {
  return (
    <OfficePage title="Customer groups">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const list = usePages("groups", () => call("groups.list", {}));
  const box = useKeptFocus<HTMLDivElement>(0);
  const changed = (text: string): void => {
    announce(text);
    list.again();
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      <NewGroup made={() => changed("The group is made.")} />
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No groups yet">Make one, and sellers can give it prices of its own.</Empty>}
      <ul class="rows">
        {list.items?.map((group) => (
          <li key={group.name} class="row row-open">
            <Row group={group} changed={changed} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

function NewGroup({ made }: { made: () => void }): JSX.Element {
  const [typed, setTyped] = useState({ title: "", name: "", nameTyped: false });
  const sending = useSending(["title", "name"]);
  const send = async (): Promise<void> => {
    await call("groups.create", { title: typed.title, name: typed.name });
    setTyped({ title: "", name: "", nameTyped: false });
    made();
  };
  const setTitle = (title: string): void => setTyped({ ...typed, title, name: typed.nameTyped ? typed.name : slugOf(title) });
  return (
    <div class="panel">
      <h2>New group</h2>
      <Form sending={sending} submit="Make the group" busy="Making…" check={() => missing({ title: typed.title, name: typed.name }, { title: "what people call it", name: "a name" })} send={send}>
        <div class="fields">
          <Field label="What people call it" name="title" autocomplete="off" value={typed.title} set={setTitle} error={sending.errors.title} />
          <Field label="Name" name="name" autocomplete="off" hint="Prices and promotions go by it." value={typed.name} set={(name) => setTyped({ ...typed, name, nameTyped: true })} error={sending.errors.name} />
        </div>
      </Form>
    </div>
  );
}

interface RowProps {
  group: CustomerGroup;
  changed: (text: string) => void;
}

function Row({ group, changed }: RowProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const doing = useDoing();
  const remove = async (): Promise<void> => {
    await call("groups.delete", { name: group.name });
    changed(`${group.title} is removed.`);
  };
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">{group.title}</p>
          <p class="soft">
            {group.name} · {count(group.people, "person", "people")}
          </p>
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Close" : "People"}
          <span class="hidden"> of {group.title}</span>
        </button>
        <button type="button" class="button button-quiet button-small" aria-expanded={renaming} onClick={() => setRenaming(!renaming)}>
          Rename<span class="hidden"> {group.title}</span>
        </button>
        {group.people === 0 && (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(remove)}>
            Remove<span class="hidden"> {group.title}</span>
          </button>
        )}
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {renaming && <Rename group={group} changed={changed} close={() => setRenaming(false)} />}
      {open && <Members group={group} changed={changed} />}
    </>
  );
}

function Rename({ group: { name, title }, changed, close }: RowProps & { close: () => void }): JSX.Element {
  const [typed, setTyped] = useState(title);
  const sending = useSending(["title"]);
  const send = async (): Promise<void> => {
    await call("groups.edit", { name, title: typed.trim() });
    close();
    changed(`${title} is called ${typed.trim()} now.`);
  };
  return (
    <Form sending={sending} submit="Rename" busy="Saving…" label={`Rename ${title}`} check={() => missing({ title: typed }, { title: "what people call it" })} send={send} cancel={close}>
      <Field label="What people call it" name="title" autocomplete="off" hint={`Prices and promotions go on to name it ${name}.`} value={typed} set={setTyped} error={sending.errors.title} />
    </Form>
  );
}

function Members({ group: { name, title }, changed }: RowProps): JSX.Element {
  const list = usePages(`members ${name}`, (cursor) => call("groups.list_members", { name, cursor }));
  const doing = useDoing();
  const moved = (text: string): void => {
    list.again();
    changed(text);
  };
  const remove = async (user_id: string, who: string): Promise<void> => {
    await call("groups.remove", { name, user_id });
    moved(`${who} is out of ${title}.`);
  };
  return (
    <div class="variants">
      <Add name={name} title={title} added={(who) => moved(`${who} is in ${title}.`)} />
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {list.items === undefined && list.error === undefined && <Loading />}
      <ul class="lines" aria-label={`People of ${title}`}>
        {list.items?.map((member) => (
          <li key={member.user_id}>
            <div class="row-main">
              <p>{member.name}</p>
              <p class="soft">
                {member.email} · since {calendarDay(member.since)}
              </p>
            </div>
            <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(() => remove(member.user_id, member.name))}>
              Take out<span class="hidden"> {member.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

function Add({ name, title, added }: { name: string; title: string; added: (who: string) => void }): JSX.Element {
  const [userId, setUserId] = useState("");
  const [round, setRound] = useState(0);
  const sending = useSending(["user_id"]);
  const send = async (): Promise<void> => {
    const member = await call("groups.add", { name, user_id: userId });
    setUserId("");
    setRound(round + 1);
    added(member.name);
  };
  return (
    <Form sending={sending} submit={`Put into ${title}`} busy="Saving…" label={`Put somebody into ${title}`} check={() => missing({ user_id: userId }, { user_id: "whom, and choose them" })} send={send}>
      <PersonField key={round} set={setUserId} error={sending.errors.user_id} />
    </Form>
  );
}
