import { Fragment, type JSX } from "preact";
import type { Schema } from "./asyncapi";
import { Prose } from "./prose";
import { Table } from "../parts/table";

/** A schema's name or shape, with links to the named ones. */
export function Shape({ schema }: { schema: Schema }): JSX.Element {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return <a href={`#schema-${name}`}>{name}</a>;
  }
  if (schema.const !== undefined) return <code>{JSON.stringify(schema.const)}</code>;
  if (schema.enum) return <code>{schema.enum.map((value) => JSON.stringify(value)).join(" | ")}</code>;
  const choice = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choice) {
    return (
      <>
        {choice.map((it, index) => (
          <Fragment key={index}>
            {index > 0 && " | "}
            <Shape schema={it} />
          </Fragment>
        ))}
      </>
    );
  }
  if (schema.items) {
    return (
      <>
        list of <Shape schema={schema.items} />
      </>
    );
  }
  if (schema.properties) return <Inline members={Object.entries(schema.properties)} />;
  const type = Array.isArray(schema.type) ? schema.type.join(" | ") : (schema.type ?? "any");
  return <code>{schema.format ? `${type} (${schema.format})` : String(type)}</code>;
}

/** An object without a name of its own, in one line. */
function Inline({ members }: { members: readonly [string, Schema][] }): JSX.Element {
  return (
    <>
      {"{"}
      {members.map(([name, member], index) => (
        <Fragment key={name}>
          {index > 0 && ", "}
          <code>{name}</code>: <Shape schema={member} />
        </Fragment>
      ))}
      {"}"}
    </>
  );
}

const LIMITS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default"];

function limits(schema: Schema): string {
  return LIMITS.filter((name) => schema[name] !== undefined)
    .map((name) => `${name} ${JSON.stringify(schema[name])}`)
    .join(", ");
}

/** The members of an object, one a row. */
export function Members({ schema }: { schema: Schema }): JSX.Element {
  const members = Object.entries(schema.properties ?? {});
  if (members.length === 0) {
    return (
      <p>
        <Shape schema={schema} />
      </p>
    );
  }
  return (
    <Table label="Members" heads={["Member", "Type", "Meaning"]}>
      {members.map(([name, member]) => (
        <tr key={name}>
          <td>
            <code>{name}</code>
            {!schema.required?.includes(name) && <span class="soft"> optional</span>}
          </td>
          <td>
            <Shape schema={member} />
          </td>
          <td>
            {member.description && <Prose text={member.description} />}
            <span class="soft">{limits(member)}</span>
          </td>
        </tr>
      ))}
    </Table>
  );
}
