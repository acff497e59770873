import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import type { Return } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { money, readMoney, typed } from "../../core/format";
import { newId } from "../../core/ids";
import { forgetLists } from "../../core/loading";
import { problemOf } from "../../core/problem";
import { useRefreshed } from "../../core/refreshing";
import { useDoing } from "../../parts/doing";
import { Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { useTitle } from "../../parts/page";
import { Loading, Trouble } from "../../parts/states";
import { ReturnFacts } from "../../returns/facts";
import { ReturnBadge } from "../../returns/words";
import { NotFound } from "../not-found";
import { SellerPage } from "./tabs";

/** A return to one's own shop, live: what to decide next. */
export function SellerReturnPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useRefreshed(id, () => call("returns.show", { return_id: id }), ["return", id]);
  const rma = loaded.value;
  const title = rma ? `Return ${rma.number}` : "Return";
  useTitle(title);
  const box = useKeptFocus<HTMLDivElement>(0);
  if (problemOf(loaded.error, "returns.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  const changed = (): void => {
    forgetLists();
    loaded.again();
  };
  return (
    <SellerPage title={title} action={rma && <ReturnBadge rma={rma} />}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {!rma && loaded.error === undefined && <Loading />}
      {rma && (
        <div class="checkout-steps" ref={box} tabIndex={-1}>
          <p>
            <a href={`/seller/orders/${rma.order_id}`}>See the order</a>
          </p>
          <NextStep key={rma.state} rma={rma} changed={changed} />
          <ReturnFacts rma={rma} />
        </div>
      )}
    </SellerPage>
  );
}

interface StepProps {
  rma: Return;
  changed: () => void;
}

/** What the seller does next, or somebody of the shop for them. */
export function NextStep({ rma, changed }: StepProps): JSX.Element | null {
  switch (rma.state) {
    case "requested":
      return <Decide rma={rma} changed={changed} />;
    case "approved":
    case "sent":
      return (
        <>
          <Receive rma={rma} changed={changed} />
          <Decide rma={rma} changed={changed} />
        </>
      );
    case "received":
      return <GiveBack rma={rma} changed={changed} />;
    case "exchanged":
      return rma.replacement_tracking ? null : <Ship rma={rma} changed={changed} />;
    default:
      return null;
  }
}

/** Authorise it, or refuse it as long as the goods have not come. */
function Decide({ rma, changed }: StepProps): JSX.Element {
  const [why, setWhy] = useState<string>();
  const doing = useDoing();
  const sending = useSending(["reason"]);
  const approve = async (): Promise<void> => {
    await call("returns.approve", { return_id: rma.id });
    announce("Approved.");
    changed();
  };
  const reject = async (): Promise<void> => {
    await call("returns.reject", { return_id: rma.id, reason: why ?? "" });
    announce("Rejected.");
    changed();
  };
  return (
    <section class="panel" aria-label="Decide">
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {why === undefined ? (
        <div class="actions">
          {rma.state === "requested" && (
            <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(approve)}>
              Approve the return
            </button>
          )}
          <button type="button" class="button button-quiet" onClick={() => setWhy("")}>
            Reject…
          </button>
        </div>
      ) : (
        <Form sending={sending} submit="Reject the return" busy="Rejecting…" danger label="Reject" send={reject} cancel={() => setWhy(undefined)} check={() => (why.trim() ? undefined : { reason: "Please say why: the customer reads it." })}>
          <Field label="Why" name="reason" autocomplete="off" hint="The customer may open a dispute about it." value={why} set={setWhy} error={sending.errors.reason} />
        </Form>
      )}
    </section>
  );
}

/** What arrived, and in which condition. */
function Receive({ rma, changed }: StepProps): JSX.Element {
  const [came, setCame] = useState<Readonly<Record<string, readonly [units: string, resellable: string]>>>(() => Object.fromEntries(rma.lines.map((it) => [it.line_id, [String(it.quantity), "0"]])));
  const sending = useSending(rma.lines.flatMap((it) => [it.line_id, `${it.line_id} good`]));
  const check = (): Record<string, string> | undefined => {
    const wrong = rma.lines.flatMap(({ line_id, quantity }): (readonly [field: string, what: string])[] => {
      const [units, good] = came[line_id]!;
      if (!isUpTo(units, quantity)) return [[line_id, `A whole number up to ${quantity}.`]];
      return isUpTo(good, Number(units)) ? [] : [[`${line_id} good`, `A whole number up to ${units}.`]];
    });
    return wrong.length > 0 ? Object.fromEntries(wrong) : undefined;
  };
  const send = async (): Promise<void> => {
    await call("returns.receive", { return_id: rma.id, lines: rma.lines.map(({ line_id }) => ({ line_id, quantity: Number(came[line_id]![0]), resellable: Number(came[line_id]![1]) })) });
    announce("Received.");
    changed();
  };
  return (
    <section class="panel" aria-labelledby="came">
      <h2 id="came">What arrived</h2>
      <Form sending={sending} submit="Confirm receipt" busy="Saving…" label="What arrived" send={send} check={check}>
        {rma.lines.map(({ line_id, title, quantity }) => (
          <fieldset class="variant-field" key={line_id}>
            <legend>{title}</legend>
            <Field label="Arrived" name={line_id} inputMode="numeric" autocomplete="off" unit={`of ${quantity}`} value={came[line_id]![0]} set={(value) => setCame({ ...came, [line_id]: [value.trim(), came[line_id]![1]] })} error={sending.errors[line_id]} />
            <Field label="As good as new" name={`${line_id} good`} inputMode="numeric" autocomplete="off" hint="These go back into stock." value={came[line_id]![1]} set={(value) => setCame({ ...came, [line_id]: [came[line_id]![0], value.trim()] })} error={sending.errors[`${line_id} good`]} />
          </fieldset>
        ))}
      </Form>
    </section>
  );
}

function isUpTo(text: string, most: number): boolean {
  return /^\d{1,7}$/.test(text) && Number(text) <= most;
}

/** The money, all or a part of it; or the other goods, where an exchange was asked for. */
function GiveBack({ rma, changed }: StepProps): JSX.Element {
  const [amount, setAmount] = useState(typed(rma.worth));
  // What is sent again after no answer is the same refund; anything typed anew is another.
  const refundId = useMemo(newId, [amount, rma.failure]);
  const exchangeId = useMemo(newId, [rma.failure]);
  const doing = useDoing();
  const sending = useSending(["amount"]);
  const wanted = readMoney(amount, rma.worth.currency);
  const check = (): Record<string, string> | undefined => {
    if (!wanted || wanted.amount === 0) return { amount: `Please type an amount in ${rma.worth.currency}.` };
    return wanted.amount > rma.worth.amount ? { amount: `What arrived is worth ${money(rma.worth)}.` } : undefined;
  };
  const refund = async (): Promise<void> => {
    const whole = wanted?.amount === rma.worth.amount;
    await call("returns.refund", { return_id: rma.id, refund_id: refundId, amount: whole ? null : wanted });
    announce("The refund is on its way.");
    changed();
  };
  const exchange = async (): Promise<void> => {
    await call("returns.exchange", { return_id: rma.id, refund_id: exchangeId });
    announce("The other goods are set aside.");
    changed();
  };
  return (
    <section class="panel" aria-labelledby="back">
      <h2 id="back">Refund</h2>
      {rma.failure && <p class="notice notice-bad">The bank did not take the refund ({rma.failure}). Try again.</p>}
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {rma.lines.some((it) => it.exchange_for && it.received) && (
        <div class="actions">
          <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(exchange)}>
            Exchange it
          </button>
        </div>
      )}
      <Form sending={sending} submit={wanted ? `Refund ${money(wanted)}` : "Refund"} busy="Asking the bank…" danger label="Refund" send={refund} check={check}>
        <Field label="Amount" name="amount" inputMode="decimal" autocomplete="off" unit={rma.worth.currency} hint={`All of what arrived is ${money(rma.worth)}.`} value={amount} set={setAmount} error={sending.errors.amount} />
      </Form>
    </section>
  );
}

function Ship({ rma, changed }: StepProps): JSX.Element {
  const [tracking, setTracking] = useState("");
  const sending = useSending(["tracking"]);
  const send = async (): Promise<void> => {
    await call("returns.ship_replacement", { return_id: rma.id, tracking: tracking.trim() });
    announce("The customer is told.");
    changed();
  };
  return (
    <section class="panel" aria-labelledby="ship">
      <h2 id="ship">Send the other goods</h2>
      <Form sending={sending} submit="They are on their way" busy="Saving…" label="Send the other goods" send={send} check={() => missing({ tracking }, { tracking: "the tracking number" })}>
        <Field label="Tracking number" name="tracking" autocomplete="off" value={tracking} set={setTracking} error={sending.errors.tracking} />
      </Form>
    </section>
  );
}
