import type { JSX } from "preact";
import { nameOf, resolve, type AsyncApi, type Channel, type Message, type Operation, type Reference, type Schema } from "./asyncapi";
import type { Entry } from "./entries";
import { Prose } from "./prose";
import { Members, Shape } from "./schema-view";

interface Inside {
  document: AsyncApi;
}

/** All that the document says of an entry. */
export function Details({ document: doc, entry }: Inside & { entry: Entry }): JSX.Element {
  return (
    <div class="doc-details">
      {entry.of.description && <Prose text={entry.of.description} />}
      {entry.kind === "channel" && <ChannelView document={doc} channel={entry.of} />}
      {entry.kind === "operation" && <OperationView document={doc} operation={entry.of} />}
      {entry.kind === "schema" && <Members schema={entry.of} />}
    </div>
  );
}

function ChannelView({ document: doc, channel }: Inside & { channel: Channel }): JSX.Element {
  return (
    <>
      <Extensions of={channel} />
      <Messages document={doc} messages={Object.entries(channel.messages ?? {})} />
    </>
  );
}

function OperationView({ document: doc, operation }: Inside & { operation: Operation }): JSX.Element {
  const channel = nameOf(operation.channel);
  return (
    <>
      <p class="doc-action">
        {operation.action === "send" ? "We send" : "We receive"}, on <a href={`#channel-${channel}`}>{channel}</a>
      </p>
      <Extensions of={operation} />
      <Messages document={doc} messages={named(operation.messages)} />
      {operation.reply && (
        <>
          <h3>Answer</h3>
          <Messages document={doc} messages={named(operation.reply.messages)} />
        </>
      )}
    </>
  );
}

function named(references: readonly Reference[] = []): [string, Reference][] {
  return references.map((it) => [nameOf(it), it]);
}

function Messages({ document: doc, messages }: Inside & { messages: readonly (readonly [string, Message | Reference])[] }): JSX.Element {
  return (
    <ul class="doc-messages">
      {messages.map(([key, it]) => {
        const message = resolve<Message>(doc, it);
        return (
          <li key={key}>
            <p>
              <code>{message.title ?? message.name ?? key}</code> <span class="soft">{message.summary}</span>
            </p>
            {message.description && <Prose text={message.description} />}
            {message.payload && <Shape schema={message.payload} />}
          </li>
        );
      })}
    </ul>
  );
}

/** What the document tells beyond AsyncAPI itself, as far as it is short: kinds, permissions, refusals. */
function Extensions({ of }: { of: Readonly<Record<string, unknown>> }): JSX.Element {
  const found = Object.entries(of).filter(([name, value]) => name.startsWith("x-") && [value].flat().every(short));
  return (
    <dl class="doc-more">
      {found.map(([name, value]) => (
        <div key={name}>
          <dt>{name.slice(2)}</dt>
          {([value].flat() as (Schema | string | number)[]).map((it, index) => (
            <dd key={index}>{typeof it === "object" ? <Shape schema={it} /> : it}</dd>
          ))}
        </div>
      ))}
    </dl>
  );
}

function short(value: unknown): boolean {
  return typeof value !== "object" || (value !== null && "$ref" in value);
}
