import { signal } from "@preact/signals";
import { Centrifuge } from "centrifuge";

/** `up`: answers and news come at once. `down`: it was up or never came, and is being tried again. */
export type Line = "starting" | "up" | "down" | "refused";

/** How the one WebSocket is doing. */
export const line = signal<Line>("starting");

/** Why who was here no longer is: signed out from elsewhere, or pushed out by a newer device. */
export const goodbye = signal<"ended" | "replaced" | undefined>();

/** The one WebSocket of the page. It reconnects, subscribes again and recovers what it missed by itself. */
export const socket = new Centrifuge(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`, {
  name: "web",
  timeout: 8_000,
  minReconnectDelay: 250,
  maxReconnectDelay: 5_000,
});

// Shorter gaps (a reload of the server, a change of network) are not worth worrying anybody.
const WORTH_TELLING = 2_000;

/** Open the socket, and keep `line` true. */
export function openSocket(): void {
  let telling: ReturnType<typeof setTimeout> | undefined;
  const down = (): void => {
    clearTimeout(telling);
    telling = setTimeout(() => (line.value = "down"), WORTH_TELLING);
  };
  socket.on("connecting", down);
  socket.on("connected", () => {
    clearTimeout(telling);
    line.value = "up";
    if (asSomebodyElse) reconnect();
  });
  socket.on("disconnected", ({ code }) => {
    clearTimeout(telling);
    if (code !== 0) afterGoodbye(code);
  });
  addEventListener("offline", () => (line.value = "down"));
  socket.connect();
}

// The handshake under way may still carry the cookie of before.
let asSomebodyElse = false;

/** Connect anew as whoever the cookie now says we are. */
export function reconnect(): void {
  asSomebodyElse = socket.state === "connecting";
  if (asSomebodyElse) return;
  socket.disconnect();
  socket.connect();
}

// The session is over, not the visit: we come back as whom the cookie now says, which is a guest. Any other goodbye for
// good is meant: whoever has too many pages open must not have them push each other out for ever.
const SESSION_ENDED = 4501;
const SESSION_REPLACED = 4502;
const ONCE_IN = 5_000;
let lastGoodbye = -Infinity;

function afterGoodbye(code: number): void {
  const again = performance.now() - lastGoodbye < ONCE_IN;
  lastGoodbye = performance.now();
  const over = code === SESSION_ENDED || code === SESSION_REPLACED;
  if (code === SESSION_REPLACED) goodbye.value = "replaced";
  if (over && !again) socket.connect();
  else line.value = "refused";
}
