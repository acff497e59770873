import { routes, type AnswerOf, type CommandOf, type Tag } from "../contract";
import { socket } from "./connection";
import { NoAnswer, readProblem, Refused } from "./problem";

// These set or clear the cookie, which only an HTTP answer can.
const OVER_HTTP: ReadonlySet<Tag> = new Set<Tag>(["accounts.finish_social", "accounts.log_in", "accounts.log_in_with_code", "accounts.log_out", "accounts.register"]);
const PATIENCE = 30_000;
// A line over which nothing comes any more need not say so: what gets no answer over HTTP in this time gets none.
const ONE_TRY = 15_000;

/**
 * Ask the shop for something: over the socket, or over HTTP while there is none.
 *
 * What fails for a while is sent again, unchanged, for as long as `patience` (ms): ids in the command make that safe.
 * Throws `Refused` or `NoAnswer`.
 */
export async function call<T extends Tag>(tag: T, command: CommandOf<T>, patience = PATIENCE): Promise<AnswerOf<T>> {
  const deadline = performance.now() + patience;
  for (let attempt = 0; ; attempt++) {
    try {
      return await once(tag, command);
    } catch (error) {
      const pause = pauseAfter(error, attempt);
      if (pause === undefined || performance.now() + pause > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function pauseAfter(error: unknown, attempt: number): number | undefined {
  const growing = Math.min(300 * 2 ** attempt, 3_000) * (0.75 + Math.random() / 2);
  if (error instanceof NoAnswer) return growing;
  if (!(error instanceof Refused) || !error.problem.temporary) return undefined;
  return error.problem.code === "rate_limited" ? error.problem.retry_after * 1000 : growing;
}

function once<T extends Tag>(tag: T, command: CommandOf<T>): Promise<AnswerOf<T>> {
  return socket.state === "connected" && !OVER_HTTP.has(tag) ? overSocket(tag, command) : overHttp(tag, command);
}

async function overSocket<T extends Tag>(tag: T, command: CommandOf<T>): Promise<AnswerOf<T>> {
  try {
    return (await socket.rpc(tag, command)).data;
  } catch (error) {
    const problem = readProblem((error as { message?: unknown }).message);
    throw problem ? new Refused(problem) : new NoAnswer();
  }
}

async function overHttp<T extends Tag>(tag: T, command: CommandOf<T>): Promise<AnswerOf<T>> {
  const { verb, url, body } = request(tag, command);
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), ONE_TRY);
  return ask<AnswerOf<T>>(url, { method: verb, headers, body, signal: patience.signal }).finally(() => clearTimeout(timer));
}

/** Ask over HTTP once. Throws `Refused` or `NoAnswer`. */
export async function ask<A>(url: string, request: RequestInit): Promise<A> {
  const response = await fetch(url, { ...request, credentials: "same-origin" }).catch(() => {
    throw new NoAnswer();
  });
  const answer: unknown = await response.json().catch(() => {
    throw new NoAnswer(); // it was cut off, or is not the shop's
  });
  if (response.ok) return answer as A;
  const problem = readProblem(answer);
  throw problem ? new Refused(problem) : new NoAnswer();
}

function request<T extends Tag>(tag: T, command: CommandOf<T>): { verb: string; url: string; body?: string } {
  const { verb, path } = routes[tag];
  const rest: Record<string, unknown> = { ...command };
  const filled = path.replace(/{(\w+)}/g, (_, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  const url = `/api/v1${filled}`;
  if (verb === "POST" || verb === "PUT") return { verb, url, body: JSON.stringify(rest) };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value != null) query.set(name, String(value));
  return { verb, url: query.size ? `${url}?${query}` : url };
}
