import { render, type JSX } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { AsyncApi } from "./asyncapi";
import { groupsOf, matching, type Entry, type Group } from "./entries";
import { Details } from "./entry-view";
import { Prose } from "./prose";
import "./docs.css";

const root = document.getElementById("document")!;

async function show(): Promise<void> {
  const response = await fetch("/api/v1/schema/asyncapi.json");
  if (!response.ok) throw new Error(`The document could not be read (${response.status}).`);
  render(<Document document={(await response.json()) as AsyncApi} />, root);
}

show().catch((error: unknown) => render(<p role="alert">{String(error)}</p>, root));

interface Inside {
  document: AsyncApi;
}

function Document({ document: doc }: Inside): JSX.Element {
  const all = useMemo(() => groupsOf(doc), [doc]);
  const [words, setWords] = useState("");
  const groups = useMemo(() => matching(all, words), [all, words]);
  useOpened(() => setWords(""));
  return (
    <div class="doc">
      <nav class="doc-contents" aria-label="Contents">
        <Search words={words} change={setWords} />
        <p role="status" class="soft">
          {words.trim() && found(groups)}
        </p>
        <ul>
          {groups.map(({ id, title, entries }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a> <span class="soft">{entries.length}</span>
            </li>
          ))}
        </ul>
      </nav>
      <div class="doc-main">
        <h1>
          {doc.info.title} <span class="soft">{doc.info.version}</span>
        </h1>
        {!words.trim() && (
          <>
            {doc.info.description && <Prose text={doc.info.description} />}
            <Servers document={doc} />
          </>
        )}
        {groups.map((group) => (
          <GroupView key={group.id} document={doc} group={group} />
        ))}
      </div>
    </div>
  );
}

function Search({ words, change }: { words: string; change: (words: string) => void }): JSX.Element {
  return (
    <label class="doc-search">
      <span>Search</span>
      <input type="search" value={words} autocomplete="off" onInput={(event) => change(event.currentTarget.value)} />
    </label>
  );
}

function found(groups: readonly Group[]): string {
  const count = groups.reduce((sum, { entries }) => sum + entries.length, 0);
  return count === 0 ? "Nothing has these words." : `${count} found`;
}

function Servers({ document: doc }: Inside): JSX.Element {
  return (
    <ul class="doc-servers">
      {Object.entries(doc.servers ?? {}).map(([name, server]) => (
        <li key={name}>
          <code>
            {server.protocol}://{server.host}
            {server.pathname}
          </code>
          {server.description && <Prose text={server.description} />}
        </li>
      ))}
    </ul>
  );
}

function GroupView({ document: doc, group }: Inside & { group: Group }): JSX.Element {
  return (
    <section id={group.id}>
      <h2>{group.title}</h2>
      <ul class="doc-entries" style={{ containIntrinsicBlockSize: `auto ${group.entries.length * 2.75}rem` }}>
        {group.entries.map((entry) => (
          <li key={entry.id}>
            <EntryView document={doc} entry={entry} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One line, until somebody opens it: nine hundred entries are a hundred times as much. */
function EntryView({ document: doc, entry }: Inside & { entry: Entry }): JSX.Element {
  const [opened, setOpened] = useState(false);
  return (
    <details id={entry.id} onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary>
        <code>{entry.name}</code> <span class="soft">{entry.summary}</span>
      </summary>
      {opened && <Details document={doc} entry={entry} />}
    </details>
  );
}

/** Opens what the address names, at first and whenever it changes; what a search has hidden is shown before. */
function useOpened(showAll: () => void): void {
  const [named, setNamed] = useState(anchor);
  useLayoutEffect(() => {
    const follow = (): void => {
      if (!document.getElementById(anchor())) showAll();
      setNamed(anchor());
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  useLayoutEffect(() => {
    const found = document.getElementById(named);
    if (found instanceof HTMLDetailsElement) found.open = true;
    found?.scrollIntoView();
  }, [named]);
}

function anchor(): string {
  return decodeURIComponent(location.hash.slice(1));
}
