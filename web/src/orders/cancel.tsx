import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Order } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { Confirm } from "../parts/confirm";
import { useHolder } from "./holder";

/** Cancel what no seller has accepted yet. */
export function CancelOrder({ order, changed }: { order: Order; changed: () => void }): JSX.Element | null {
  const { order_key } = useHolder().keyed;
  const [asking, setAsking] = useState(false);
  const id = useMemo(newId, [order.version]);
  const cancel = async (): Promise<void> => {
    const change = { change_id: id, version: order.version };
    await (order_key ? call("orders.cancel_guest", { order_key, ...change }) : call("orders.cancel", { order_id: order.id, ...change }));
    announce("It is cancelled.");
    changed();
  };
  if (!asking && !order.parts.some((it) => it.state === "placed")) return null;
  return (
    <>
      <button type="button" class="button button-quiet" onClick={() => setAsking(true)}>
        Cancel the order
      </button>
      {asking && (
        <Confirm title="Cancel this order?" action="Yes, cancel it" run={cancel} close={() => setAsking(false)}>
          What no seller has begun to pack is cancelled, and its money goes back to you.
        </Confirm>
      )}
    </>
  );
}
