import { useEffect, useState } from "preact/hooks";
import type { ShownGateway } from "../contract";
import { call } from "../core/api";

// How one pays here changes with a restart of the shop at most.
let known: ShownGateway | undefined;
// Without an answer it is asked again: nobody can pay before.
const PAUSE = 3_000;

/** How one pays here, as soon as it is known. */
export function useGateway(): ShownGateway | undefined {
  const [gateway, setGateway] = useState(known);
  useEffect(() => {
    if (known) return;
    let wanted = true;
    const ask = (): void => {
      call("payments.gateway", {}).then(
        (found) => {
          known = found;
          if (wanted) setGateway(found);
        },
        () => setTimeout(() => wanted && ask(), PAUSE),
      );
    };
    ask();
    return () => {
      wanted = false;
    };
  }, []);
  return gateway;
}
