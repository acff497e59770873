import { socket } from "./connection";
import { recall, remember } from "./storage";

const AGAIN_AFTER = 2_000;
const RELOAD_ONCE_IN = 60_000;

/**
 * A part of the pages that is downloaded when it is needed.
 *
 * While the shop cannot be reached it is asked for again: nobody loses the page that they are on. A part that is gone
 * was replaced by a newer release; one reload brings that.
 */
export async function arriving<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      if (socket.state === "connected" && Date.now() - (recall<number>("reloaded") ?? 0) > RELOAD_ONCE_IN) {
        remember("reloaded", Date.now());
        location.reload();
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
    }
  }
}
