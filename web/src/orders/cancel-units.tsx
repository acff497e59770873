import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Order, SellerOrder } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { Field } from "../parts/field";
import { Form } from "../parts/form";
import { useSending } from "../parts/forms";
import { useHolder } from "./holder";
import { titleOf } from "./parts";

interface Props {
  order: Order;
  /** The parts of it that one may cancel units of. */
  parts: readonly SellerOrder[];
  /** What the button says that leads here. */
  open: string;
  changed: () => void;
}

/** Cancel some units of what is not sent. Their money goes back. */
export function CancelUnits({ order, parts, open, changed }: Props): JSX.Element | null {
  const [shown, setShown] = useState(false);
  const lines = parts.flatMap((part) => part.lines).map((it) => ({ id: it.id, most: it.ordered - it.cancelled - it.shipped })).filter((it) => it.most > 0);
  if (lines.length === 0) return null;
  if (shown) return <Units key={order.version} order={order} lines={lines} close={() => setShown(false)} changed={changed} />;
  return (
    <button type="button" class="button button-quiet" onClick={() => setShown(true)}>
      {open}
    </button>
  );
}

interface UnitsProps {
  order: Order;
  lines: readonly { id: string; most: number }[];
  close: () => void;
  changed: () => void;
}

function Units({ order, lines, close, changed }: UnitsProps): JSX.Element {
  const { order_key } = useHolder().keyed;
  const [units, setUnits] = useState<Readonly<Record<string, string>>>({});
  const [note, setNote] = useState("");
  const id = useMemo(newId, [units, note]);
  const sending = useSending([...lines.map((it) => it.id), "note"]);
  const chosen = lines.map((it) => ({ line_id: it.id, quantity: Number(units[it.id] || "0") }));
  const check = (): Record<string, string> | undefined => {
    const wrong = lines.filter((it) => !/^\d{0,6}$/.test(units[it.id] ?? "") || Number(units[it.id] || "0") > it.most);
    if (wrong.length > 0) return Object.fromEntries(wrong.map((it) => [it.id, `A whole number up to ${it.most}.`]));
    return chosen.every((it) => it.quantity === 0) ? { [lines[0]!.id]: "How many are to be cancelled?" } : undefined;
  };
  const send = async (): Promise<void> => {
    const change = { change_id: id, version: order.version, lines: chosen.filter((it) => it.quantity > 0), note: note.trim() };
    await (order_key ? call("orders.cancel_guest", { order_key, ...change }) : call("orders.cancel", { order_id: order.id, ...change }));
    announce("It is cancelled.");
    close();
    changed();
  };
  return (
    <section class="panel" aria-labelledby="cancel-units">
      <h2 id="cancel-units">Cancel units</h2>
      <Form sending={sending} submit="Cancel these units" busy="Cancelling…" danger label="Cancel units" send={send} cancel={close} check={check}>
        {lines.map((it) => (
          <Field key={it.id} label={`To cancel of ${titleOf(order, it.id)}`} name={it.id} inputMode="numeric" autocomplete="off" unit={`of ${it.most}`} value={units[it.id] ?? ""} set={(value) => setUnits({ ...units, [it.id]: value.trim() })} error={sending.errors[it.id]} />
        ))}
        <Field label="Why (if you like)" name="note" autocomplete="off" hint="The other side reads it. The money for these units goes back." value={note} set={setNote} error={sending.errors.note} />
      </Form>
    </section>
  );
}
