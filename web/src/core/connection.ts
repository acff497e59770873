import { signal } from "@preact/signals";
import { Centrifuge } from "centrifuge";

/** `up`: answers and news come at once. `down`: it was up or never came, and is being tried again. */
export type Line = "starting" | "up" | "down" | "refused";

/** How the one WebSocket is doing. */
export const line = signal<Line>("starting");

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
  });
  socket.on("disconnected", ({ code }) => {
    clearTimeout(telling);
    if (code !== 0) afterGoodbye(code);
  });
  addEventListener("offline", () => (line.value = "down"));
  addEventListener("online", () => line.value === "down" && reconnect());
  socket.connect();
}

/** Connect anew as whoever the cookie now says we are. */
export function reconnect(): void {
  socket.disconnect();
  socket.connect();
}

// A goodbye for good ends one identity, not the visit: we come back as whom the cookie says, but only once in a while,
// for the server may mean it.
let lastGoodbye = -Infinity;
const GOODBYE_EVERY = 10_000;

function afterGoodbye(code: number): void {
  console.info(`The socket was closed for good (${code}).`);
  if (performance.now() - lastGoodbye < GOODBYE_EVERY) {
    line.value = "refused";
    return;
  }
  lastGoodbye = performance.now();
  socket.connect();
}
