import { signal } from "@preact/signals";
import { call } from "./api";
import { socket } from "./connection";

/**
 * The server's clock, estimated.
 *
 * An answer that carries the server's time was written between our question and its arrival, so each one says that the
 * server is ahead by at least `low` and at most `high`. What all answers have in common is narrower than any of them,
 * and its middle is the estimate.
 */
interface Bounds {
  low: number;
  high: number;
  at: number;
}

/** Milliseconds that the server's clock is ahead of this machine's. */
export const ahead = signal(0);

let bounds: Bounds = unknown();
let sinceBoot = Date.now() - performance.now();

// Two good clocks drift apart by some 50 ppm; allow twice that.
const DRIFT = 1e-4;
// The machine's clock and its running time part company when it sleeps or when somebody sets the clock.
const CLOCK_WAS_SET = 200;

function unknown(): Bounds {
  return { low: -Infinity, high: Infinity, at: 0 };
}

/** The server's time now, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + ahead.value;
}

/** The server said `time` in something that it sent after `asked` (ours, ms; when we know it) and that came just now. */
export function heard(time: string, asked = -Infinity): void {
  const now = Date.now();
  const server = Date.parse(time);
  const said = { low: server - now, high: server - asked };
  const slack = (now - bounds.at) * DRIFT;
  const both = { low: Math.max(said.low, bounds.low - slack), high: Math.min(said.high, bounds.high + slack) };
  bounds = { ...(both.low <= both.high ? both : said), at: now };
  if (Number.isFinite(bounds.high)) ahead.value = (bounds.low + bounds.high) / 2;
}

async function ask(): Promise<void> {
  const asked = Date.now();
  const { time } = await call("system.time", {}, 0);
  heard(time, asked);
}

async function askSome(): Promise<void> {
  const shift = Date.now() - performance.now();
  if (Math.abs(shift - sinceBoot) > CLOCK_WAS_SET) bounds = unknown();
  sinceBoot = shift;
  for (let i = 0; i < 3; i++) await ask().catch(() => undefined);
}

/** Learn the server's clock, and learn it again whenever it may have been lost. */
export function keepTime(): void {
  void askSome();
  socket.on("connected", () => void askSome());
  addEventListener("online", () => void askSome());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void askSome());
  setInterval(() => document.visibilityState === "visible" && void askSome(), 60_000);
}
