import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useMemo } from "preact/hooks";
import type { Id } from "../contract";
import { call } from "../core/api";
import { named, show } from "../core/cart";
import { newId } from "../core/ids";
import { useDoing } from "../parts/doing";
import { Trouble } from "../parts/states";

/** What was bought, or was to be. */
interface Goods {
  id: Id;
  lines: readonly { variant_id: Id; quantity: number }[];
}

/** Put the same goods into the cart once more. What is not sold any more is left out, and said there. */
export function Reorder({ order }: { order: Goods }): JSX.Element {
  const { route } = useLocation();
  const doing = useDoing();
  const ids = useMemo(() => order.lines.map(newId), [order.id]);
  const again = async (): Promise<void> => {
    const edited_at = new Date().toISOString();
    const edits = order.lines.map((line, at) => ({ id: ids[at]!, kind: "add" as const, variant_id: line.variant_id, quantity: line.quantity, edited_at }));
    show(await call("carts.edit", { edits, ...named() }));
    route("/cart");
  };
  return (
    <div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <button type="button" class="button button-quiet" disabled={doing.busy} onClick={() => void doing.run(again)}>
        Order it again
      </button>
    </div>
  );
}
