import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Order } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { Form, missing } from "../parts/form";
import { useSending } from "../parts/forms";
import { TextArea } from "../parts/text-area";

/** Write into an order's timeline: its customer to the sellers, a seller to the customer. */
export function NoteOnOrder({ order, to, changed }: { order: Order; to: string; changed: (order: Order) => void }): JSX.Element {
  const [note, setNote] = useState("");
  // What is sent again after no answer is the same note; anything typed anew is another.
  const id = useMemo(newId, [note]);
  const sending = useSending(["note"]);
  const send = async (): Promise<void> => {
    const noted = await call("orders.note", { order_id: order.id, change_id: id, note: note.trim() });
    announce("Sent.");
    setNote("");
    changed(noted);
  };
  return (
    <details class="why">
      <summary>Write to {to}</summary>
      <Form sending={sending} submit="Send" busy="Sending…" label={`Write to ${to}`} check={() => missing({ note }, { note: "your message" })} send={send}>
        <TextArea label="Your message" name="note" rows={3} value={note} set={setNote} error={sending.errors.note} />
      </Form>
    </details>
  );
}
