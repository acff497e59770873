import { render, type JSX } from "preact";
import { nameOf, resolve, type AsyncApi, type Channel, type Message, type Operation, type Reference, type Schema } from "./asyncapi";
import { Prose } from "./prose";
import { Members, Shape } from "./schema-view";
import "./docs.css";

const root = document.getElementById("document")!;

// On a small screen the contents come first, and must not be all that one sees.
const wide = matchMedia("(min-width: 900px)").matches;

async function show(): Promise<void> {
  const response = await fetch("/api/v1/schema/asyncapi.json");
  if (!response.ok) throw new Error(`The document could not be read (${response.status}).`);
  render(<Document document={(await response.json()) as AsyncApi} />, root);
  // The browser looked for the address's anchor before it was there.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

show().catch((error: unknown) => render(<p role="alert">{String(error)}</p>, root));

interface Inside {
  document: AsyncApi;
}

function Document({ document: doc }: Inside): JSX.Element {
  const schemas = Object.entries((doc.components?.schemas ?? {}) as Record<string, Schema>);
  return (
    <div class="doc">
      <nav class="doc-contents" aria-label="Contents">
        <Contents title="Channels" prefix="channel" names={Object.keys(doc.channels ?? {})} />
        <Contents title="Operations" prefix="operation" names={Object.keys(doc.operations ?? {})} />
        <Contents title="Schemas" prefix="schema" names={schemas.map(([name]) => name)} />
      </nav>
      <div class="doc-main">
        <h1>
          {doc.info.title} <span class="soft">{doc.info.version}</span>
        </h1>
        {doc.info.description && <Prose text={doc.info.description} />}
        <Servers document={doc} />
        <h2>Channels</h2>
        {Object.entries(doc.channels ?? {}).map(([name, channel]) => (
          <ChannelView key={name} document={doc} name={name} channel={resolve(doc, channel)} />
        ))}
        <h2>Operations</h2>
        {Object.entries(doc.operations ?? {}).map(([name, operation]) => (
          <OperationView key={name} document={doc} name={name} operation={resolve(doc, operation)} />
        ))}
        <h2>Schemas</h2>
        {schemas.map(([name, schema]) => (
          <section key={name} id={`schema-${name}`}>
            <h3>
              <code>{name}</code>
            </h3>
            {schema.description && <Prose text={schema.description} />}
            <Members schema={schema} />
          </section>
        ))}
      </div>
    </div>
  );
}

function Contents({ title, prefix, names }: { title: string; prefix: string; names: readonly string[] }): JSX.Element {
  return (
    <details open={prefix !== "schema" && wide}>
      <summary>{title}</summary>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <a href={`#${prefix}-${name}`}>{name}</a>
          </li>
        ))}
      </ul>
    </details>
  );
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

function ChannelView({ document: doc, name, channel }: Inside & { name: string; channel: Channel }): JSX.Element {
  return (
    <section id={`channel-${name}`}>
      <h3>
        <code>{channel.address ?? name}</code>
      </h3>
      {channel.summary && <Prose text={channel.summary} />}
      {channel.description && <Prose text={channel.description} />}
      <Extensions of={channel} />
      <Messages document={doc} messages={Object.entries(channel.messages ?? {})} />
    </section>
  );
}

function OperationView({ document: doc, name, operation }: Inside & { name: string; operation: Operation }): JSX.Element {
  const channel = nameOf(operation.channel);
  return (
    <section id={`operation-${name}`}>
      <h3>
        <code>{name}</code> <span class="doc-action">{operation.action === "send" ? "we send" : "we receive"}</span>
      </h3>
      {operation.summary && <Prose text={operation.summary} />}
      {operation.description && <Prose text={operation.description} />}
      <p>
        On <a href={`#channel-${channel}`}>{channel}</a>
      </p>
      <Extensions of={operation} />
      <Messages document={doc} messages={named(operation.messages)} />
      {operation.reply && (
        <>
          <h4>Answer</h4>
          <Messages document={doc} messages={named(operation.reply.messages)} />
        </>
      )}
    </section>
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
            <details>
              <summary>
                <code>{message.title ?? message.name ?? key}</code> <span class="soft">{message.summary}</span>
              </summary>
              {message.description && <Prose text={message.description} />}
              {message.payload && <Payload document={doc} schema={message.payload} />}
            </details>
          </li>
        );
      })}
    </ul>
  );
}

function Payload({ document: doc, schema }: Inside & { schema: Schema }): JSX.Element {
  return (
    <>
      {schema.$ref && (
        <p>
          <Shape schema={schema} />
        </p>
      )}
      <Members schema={resolve<Schema>(doc, schema as Schema | Reference)} />
    </>
  );
}

/** What the document tells beyond AsyncAPI itself: kinds, permissions, refusals. */
function Extensions({ of }: { of: Readonly<Record<string, unknown>> }): JSX.Element {
  const found = Object.entries(of).filter(([name]) => name.startsWith("x-"));
  return (
    <dl class="doc-more">
      {found.map(([name, value]) => (
        <div key={name}>
          <dt>{name.slice(2)}</dt>
          <dd>{typeof value === "string" ? value : Array.isArray(value) && value.every((it) => typeof it === "string") ? value.join(", ") : <code>{JSON.stringify(value)}</code>}</dd>
        </div>
      ))}
    </dl>
  );
}
