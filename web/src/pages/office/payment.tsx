import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import type { PaymentRefund, Receipt, RefundState } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day, money, readMoney, typed } from "../../core/format";
import { newId } from "../../core/ids";
import { forgetLists, useLoaded } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { may } from "../../core/permissions";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { PersonLink } from "../../parts/person-link";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { methodTitle, PAYMENT_STATES } from "../../pay/words";
import { OfficePage } from "./frame";

const REFUNDS: Readonly<Record<RefundState, readonly ["good" | "warm" | "bad", string]>> = { pending: ["warm", "On its way"], succeeded: ["good", "Refunded"], failed: ["bad", "Failed"] };

/** One payment, what went back of it, and giving more of it back. */
export function PaymentPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const receipt = useLoaded(id, () => call("payments.receipt", { payment_id: id }));
  const found = receipt.value;
  return (
    <OfficePage title={found ? `Payment of ${money(found.payment.amount)}` : "Payment"} action={found && <Badge tone={PAYMENT_STATES[found.payment.status][0]}>{PAYMENT_STATES[found.payment.status][1]}</Badge>}>
      {receipt.error !== undefined && <Trouble error={receipt.error} again={receipt.again} />}
      {!found && receipt.error === undefined && <Loading />}
      {found && (
        <div class="office-grid">
          <Facts receipt={found} />
          <Refunds refunds={found.refunds} done={receipt.again} />
          {may("payments.refund") && <RefundForm key={found.payment.returned} receipt={found} done={receipt.again} />}
        </div>
      )}
    </OfficePage>
  );
}

function Facts({ receipt: { payment, pays_for } }: { receipt: Receipt }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="facts">
      <h2 id="facts">Payment</h2>
      <dl class="facts">
        <dt>For</dt>
        <dd>
          <code>{pays_for}</code>
        </dd>
        <dt>By</dt>
        <dd>
          {payment.user_id ? <PersonLink id={payment.user_id} /> : "a guest"}
        </dd>
        <dt>With</dt>
        <dd>{methodTitle(payment.payment_method)}</dd>
        <dt>Made</dt>
        <dd>{day(payment.created_at)}</dd>
        <dt>Refunded</dt>
        <dd>{money({ amount: payment.returned, currency: payment.amount.currency })}</dd>
        {payment.failure && (
          <>
            <dt>Failure</dt>
            <dd>{payment.failure}</dd>
          </>
        )}
        <dt>Id</dt>
        <dd>
          <code>{payment.id}</code>
        </dd>
      </dl>
    </section>
  );
}

function Refunds({ refunds, done }: { refunds: readonly PaymentRefund[]; done: () => void }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="refunds">
      <h2 id="refunds">Refunds</h2>
      {refunds.length === 0 && <Empty title="None">Nothing was refunded.</Empty>}
      <ul class="lines">
        {refunds.map((refund) => (
          <li key={refund.id}>
            <div>
              <p>{refund.reason}</p>
              <p class="soft">
                {day(refund.created_at)} {refund.failure && `· ${refund.failure}`}
              </p>
            </div>
            <p class="row-end">
              <strong>{money(refund.amount)}</strong>
              <Badge tone={REFUNDS[refund.state][0]}>{REFUNDS[refund.state][1]}</Badge>
            </p>
          </li>
        ))}
      </ul>
      {may("payments.send_by_hand") && refunds.filter((refund) => refund.owed).map((refund) => <SentByHand key={refund.id} refund={refund} done={done} />)}
    </section>
  );
}

/** The gateway could not give it back: somebody transfers it, and says so. */
function SentByHand({ refund, done }: { refund: PaymentRefund; done: () => void }): JSX.Element {
  const [reference, setReference] = useState("");
  const sending = useSending(["reference"]);
  const send = async (): Promise<void> => {
    await call("payments.send_by_hand", { payment_id: refund.payment_id, refund_id: refund.id, reference });
    announce("It is noted as sent.");
    forgetLists();
    done();
  };
  return (
    <Form sending={sending} label={`Send ${money(refund.amount)} in another way`} submit="It was sent" busy="Noting it…" check={() => missing({ reference }, { reference: "the reference" })} send={send}>
      <Field label="Reference of the transfer" name="reference" autocomplete="off" hint="It did not arrive where it was paid from. Send it in another way, then say so here." value={reference} set={setReference} error={sending.errors.reference} />
    </Form>
  );
}

function RefundForm({ receipt: { payment }, done }: { receipt: Receipt; done: () => void }): JSX.Element | null {
  const rest = { amount: payment.amount.amount - payment.returned, currency: payment.amount.currency };
  const [content, setContent] = useState({ amount: typed(rest), reason: "" });
  // What is sent again after no answer is the same refund; anything typed anew is another.
  const refundId = useMemo(newId, [content]);
  const sending = useSending(["amount", "reason"]);
  if (payment.status !== "succeeded" || rest.amount <= 0) return null;
  const amount = readMoney(content.amount, rest.currency);
  const check = (): Record<string, string> | undefined => {
    if (!amount || amount.amount === 0) return { amount: `Please type an amount in ${rest.currency}.` };
    if (amount.amount > rest.amount) return { amount: `Only ${money(rest)} is left of it.` };
    return missing({ reason: content.reason }, { reason: "the reason" });
  };
  const send = async (): Promise<void> => {
    try {
      await call("payments.refund", { payment_id: payment.id, refund_id: refundId, reason: content.reason, amount });
    } catch (error) {
      const left = problemOf(error, "payments.refund_too_large");
      throw left ? new Error(`Only ${money({ amount: left.left, currency: left.currency })} is left of it.`) : error;
    }
    announce("The money goes back.");
    forgetLists();
    done();
  };
  return (
    <section class="panel" aria-labelledby="refund">
      <h2 id="refund">Refund</h2>
      <Form sending={sending} submit={amount ? `Refund ${money(amount)}` : "Refund"} busy="Asking the bank…" danger check={check} send={send}>
        <Field label="Amount" name="amount" inputMode="decimal" autocomplete="off" unit={rest.currency} value={content.amount} set={(value) => setContent({ ...content, amount: value })} error={sending.errors.amount} />
        <Field label="Reason" name="reason" autocomplete="off" hint="It is kept with the refund." value={content.reason} set={(reason) => setContent({ ...content, reason })} error={sending.errors.reason} />
      </Form>
    </section>
  );
}
