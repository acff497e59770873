import { signal } from "@preact/signals";
import type { FinishSocial, Me } from "../contract";
import { call } from "./api";
import { goodbye, reconnect, socket } from "./connection";
import { newId } from "./ids";
import { forgetLists } from "./loading";
import { Refused } from "./problem";

/** Who is here: a person, nobody (`null`), or not known yet (`undefined`). */
export const me = signal<Me | null | undefined>(undefined);

// Signing in or out in one tab is signing in or out in all of them.
const tabs = new BroadcastChannel("session");
// Without a socket for so long, HTTP is asked who we are.
const SOCKET_PATIENCE = 4_000;

/** The channel of the person that the socket was opened for, if any. */
let own: string | undefined;

/** Know who is here from what the socket is subscribed to when it opens. */
export function keepSession(): void {
  socket.on("subscribed", ({ channel }) => {
    if (channel.startsWith("user:")) own = channel;
  });
  socket.on("connecting", () => (own = undefined));
  // The server's own subscriptions come right after `connected`, in the same turn.
  socket.on("connected", () => setTimeout(() => void settle()));
  tabs.onmessage = ({ data }) => (data === "edited" ? void whoAmI() : reconnect());
  setTimeout(() => void (me.value === undefined && whoAmI()), SOCKET_PATIENCE);
}

async function settle(): Promise<void> {
  if (own === undefined) become(null);
  else if (own !== `user:${me.value?.id}`) await whoAmI();
  // The shop lets a socket come again when its person may do something else from now on.
  else await call("accounts.who_am_i", {}).then(become, () => undefined);
}

let asking: ReturnType<typeof setTimeout> | undefined;

/** Ask who is here. No answer says nothing about it: it is asked again. */
async function whoAmI(): Promise<void> {
  try {
    become(await call("accounts.who_am_i", {}));
  } catch (error) {
    if (error instanceof Refused && !error.problem.temporary) return become(null);
    clearTimeout(asking);
    asking = setTimeout(() => void whoAmI(), SOCKET_PATIENCE);
  }
}

function become(person: Me | null): void {
  if (me.value !== undefined && me.value?.id !== person?.id) forgetLists();
  if (person) goodbye.value = undefined;
  else if (me.value) goodbye.value ??= "ended";
  me.value = person;
}

/** Sign in with e-mail and password. Throws `Refused`. */
export async function signIn(email: string, password: string): Promise<void> {
  changed((await call("accounts.log_in", { email, password })).me);
}

/** The second step of signing in. Throws `Refused`. */
export async function signInWithCode(challenge: string, code: string): Promise<void> {
  changed((await call("accounts.log_in_with_code", { challenge, code })).me);
}

/** Sign in with what a provider of accounts elsewhere sent back. Throws `Refused`. */
export async function signInFromElsewhere(said: FinishSocial): Promise<void> {
  changed((await call("accounts.finish_social", said)).me);
}

/** Open an account and sign in. `userId` is kept for a retry by who calls. Throws `Refused`. */
export async function register(userId: string, name: string, email: string, password: string): Promise<void> {
  changed((await call("accounts.register", { user_id: userId, name, email, password })).me);
}

/** An id for an account that is about to be opened. */
export const newUserId = newId;

/** End this session, here and on every open tab of this browser. */
export async function signOut(): Promise<void> {
  await call("accounts.log_out", {});
  changed(null);
  goodbye.value = undefined;
}

/** Something about who is here was changed: know it, on every open tab. */
export async function edited(): Promise<void> {
  become(await call("accounts.who_am_i", {}));
  tabs.postMessage("edited");
}

function changed(person: Me | null): void {
  become(person);
  reconnect();
  tabs.postMessage("changed");
}
