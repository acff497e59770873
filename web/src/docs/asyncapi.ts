/** The parts of AsyncAPI 3 that our document uses. */
export interface Reference {
  $ref: string;
}

export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema | false;
  prefixItems?: readonly Schema[];
  additionalProperties?: Schema | boolean;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  default?: unknown;
  [limit: string]: unknown;
}

export interface Message {
  name?: string;
  title?: string;
  summary?: string;
  description?: string;
  payload?: Schema;
  [extension: string]: unknown;
}

export interface Channel {
  address?: string | null;
  title?: string;
  summary?: string;
  description?: string;
  messages?: Readonly<Record<string, Message | Reference>>;
  [extension: string]: unknown;
}

export interface Operation {
  action: "send" | "receive";
  channel: Reference;
  title?: string;
  summary?: string;
  description?: string;
  messages?: readonly Reference[];
  reply?: { channel?: Reference; messages?: readonly Reference[] };
  [extension: string]: unknown;
}

export interface AsyncApi {
  asyncapi: string;
  info: { title: string; version: string; description?: string };
  servers?: Readonly<Record<string, { host: string; pathname?: string; protocol: string; description?: string }>>;
  channels?: Readonly<Record<string, Channel>>;
  operations?: Readonly<Record<string, Operation>>;
  components?: Readonly<Record<string, unknown>>;
}

/** What a reference in the document points to; whatever is no reference is itself. */
export function resolve<T extends object>(document: AsyncApi, value: T | Reference): T {
  let found: unknown = value;
  while (typeof found === "object" && found !== null && "$ref" in found) {
    const steps = String((found as Reference).$ref).replace(/^#\//, "").split("/");
    found = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[unescaped(step)], document);
  }
  return (found ?? {}) as T;
}

/** The last step of a reference: the name of what it points to. */
export function nameOf(reference: Reference): string {
  return unescaped(reference.$ref.split("/").at(-1) ?? "");
}

function unescaped(step: string): string {
  return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
}
