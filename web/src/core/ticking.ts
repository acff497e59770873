import { effect } from "@preact/signals";
import { useEffect, useReducer } from "preact/hooks";
import { ahead, serverNow } from "./clock";

/**
 * The server's time, rendered anew exactly when the whole seconds left until `target` change, and so exactly at `target`.
 *
 * A tab that slept, or a clock that was set, is put right at once.
 */
export function useServerNow(target: number): number {
  const [, render] = useReducer((count: number, _: void) => count + 1, 0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = (): void => {
      clearTimeout(timer);
      render();
      timer = setTimeout(tick, untilNextSecond(target - serverNow()) + 1);
    };
    document.addEventListener("visibilitychange", tick);
    const stop = effect(() => {
      ahead.value;
      tick();
    });
    return () => {
      stop();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [target]);
  return serverNow();
}

function untilNextSecond(left: number): number {
  return ((left % 1000) + 1000) % 1000;
}
