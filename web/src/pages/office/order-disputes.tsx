import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import type { OrderDispute } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { money, readMoney } from "../../core/format";
import { newId } from "../../core/ids";
import { useWatched } from "../../core/watching";
import { DisputeView } from "../../disputes/dispute";
import { DisputeList } from "../../disputes/list";
import { Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Badge } from "../../parts/states";
import { TextArea } from "../../parts/text-area";
import { OfficePage } from "./frame";

/** What customers and sellers do not agree about. */
export function OrderDisputes(): JSX.Element {
  const queue = useWatched("matters", "").state;
  return (
    <OfficePage title="Disputes about orders" action={queue && <Badge tone={queue.disputes > 0 ? "warm" : "good"}>{queue.disputes} open</Badge>}>
      <DisputeList side="manager" base="/manager/order-disputes" empty="Customers and sellers agree." moved={queue?.time} />
    </OfficePage>
  );
}

/** One of them: both sides' words, and the decision. */
export function OrderDisputePage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  return (
    <OfficePage title="Dispute">
      <DisputeView id={id} side="manager" more={(dispute, changed) => <Decision dispute={dispute} changed={changed} />} />
    </OfficePage>
  );
}

function Decision({ dispute, changed }: { dispute: OrderDispute; changed: () => void }): JSX.Element {
  const { currency } = dispute.at_stake;
  const [amount, setAmount] = useState("");
  const [decision, setDecision] = useState("");
  // What is sent again after no answer is the same decision; anything typed anew is another.
  const refundId = useMemo(newId, [amount, decision, dispute.failure]);
  const sending = useSending(["amount", "decision"]);
  const wanted = readMoney(amount, currency);
  const check = (): Record<string, string> | undefined => {
    if (!wanted) return { amount: `Please type an amount in ${currency}: 0 refunds nothing.` };
    if (wanted.amount > dispute.at_stake.amount) return { amount: `At most ${money(dispute.at_stake)} is at stake.` };
    return decision.trim() ? undefined : { decision: "Please say why: both sides read it." };
  };
  const send = async (): Promise<void> => {
    if (!wanted) return;
    await call("disputes.resolve", { dispute_id: dispute.id, refund_id: refundId, amount: wanted, decision: decision.trim() });
    announce("It is decided.");
    changed();
  };
  return (
    <section class="panel" aria-labelledby="decide">
      <h2 id="decide">Decide</h2>
      <Form sending={sending} submit={wanted?.amount ? `Refund ${money(wanted)}` : "Decide"} busy="Deciding…" danger label="Decide" send={send} check={check}>
        <Field label="Refund to the customer" name="amount" inputMode="decimal" autocomplete="off" unit={currency} hint={`${money(dispute.at_stake)} is at stake. 0 refunds nothing.`} value={amount} set={setAmount} error={sending.errors.amount} />
        <TextArea label="Why" name="decision" value={decision} set={setDecision} error={sending.errors.decision} />
      </Form>
    </section>
  );
}
