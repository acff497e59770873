import { useEffect, useState } from "preact/hooks";
import type { ShownGateway } from "../contract";
import { call } from "../core/api";

// How one pays here changes with a restart of the shop at most.
let known: ShownGateway | undefined;

/** How one pays here, as soon as it is known. */
export function useGateway(): ShownGateway | undefined {
  const [gateway, setGateway] = useState(known);
  useEffect(() => {
    if (known) return;
    call("payments.gateway", {}).then(
      (found) => setGateway((known = found)),
      // Asked again with the next claim; until then the page says what is missing.
      () => undefined,
    );
  }, []);
  return gateway;
}
