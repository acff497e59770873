import type { AsyncApi, Channel, Operation, Schema } from "./asyncapi";

type Described = { kind: "channel"; of: Channel } | { kind: "operation"; of: Operation } | { kind: "schema"; of: Schema };

/** One thing that the document describes, and what of it can be searched. */
export type Entry = Described & { id: string; name: string; summary: string; text: string };

export interface Group {
  id: string;
  title: string;
  entries: readonly Entry[];
}

/** All that the document describes, in the order of the page: channels, operations by what they are about, schemas. */
export function groupsOf(document: AsyncApi): readonly Group[] {
  const operations = Object.entries(document.operations ?? {}).map(([name, of]) => entry(name, { kind: "operation", of }, of.summary));
  const channels = Object.entries(document.channels ?? {}).map(([name, of]) => entry(name, { kind: "channel", of }, of.address ?? ""));
  const schemas = Object.entries((document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>);
  return [
    { id: "channels", title: "Channels", entries: channels },
    ...[...byAbout(operations)].map(([title, entries]) => ({ id: `of-${title}`, title, entries })),
    { id: "schemas", title: "Schemas", entries: schemas.map(([name, of]) => entry(name, { kind: "schema", of })) },
  ];
}

/** The groups with only those entries that hold all these words. */
export function matching(groups: readonly Group[], words: string): readonly Group[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return groups;
  return groups
    .map((group) => ({ ...group, entries: group.entries.filter(({ text }) => wanted.every((word) => text.includes(word))) }))
    .filter(({ entries }) => entries.length > 0);
}

function entry(name: string, described: Described, summary = ""): Entry {
  const text = `${name} ${summary} ${described.of.description ?? ""}`.toLowerCase();
  return { id: `${described.kind}-${name}`, name, summary, text, ...described };
}

function byAbout(operations: readonly Entry[]): ReadonlyMap<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const operation of operations) {
    const group = groups.get(about(operation.name));
    if (group) group.push(operation);
    else groups.set(about(operation.name), [operation]);
  }
  return groups;
}

/** What an operation is about: `orders` of `orders.cancel`. The protocol's own have no dot. */
function about(operation: string): string {
  return operation.includes(".") ? operation.slice(0, operation.indexOf(".")) : "protocol";
}
