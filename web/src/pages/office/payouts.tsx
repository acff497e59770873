import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Id, Money, Payout } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day, money, readMoney, typed } from "../../core/format";
import { newId } from "../../core/ids";
import { usePages } from "../../core/loading";
import { may } from "../../core/permissions";
import { Choice, Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { PaidTo } from "../../parts/paid-to";
import { PayoutBadge } from "../../parts/payout-badge";
import { sellerName, useSellers } from "../../parts/seller-names";
import { Empty, Loading } from "../../parts/states";
import { OfficePage } from "./frame";

/** What the shop owes its sellers, and what was paid out to them. */
export function Payouts(): JSX.Element {
  return (
    <OfficePage title="Payouts">
      <p class="soft">A payout leaves the seller's balance at once. Transfer the money at your bank, then say here how it went.</p>
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const owed = usePages("payouts due", (cursor) => call("ledger.preview_payouts", { cursor }));
  const made = usePages<Payout>("payouts made", (cursor) => call("ledger.payouts", { cursor }));
  const sellers = useSellers();
  const changed = (text: string): void => {
    announce(text);
    owed.again();
    made.again();
  };
  // All of it comes together: nothing pushes anything else down.
  if (!sellers || [owed, made].some((it) => !it.items && it.error === undefined)) return <Loading />;
  const dues = owed.items?.flatMap(({ seller_id, balances }) => balances.map((due) => ({ seller_id, due })));
  return (
    <>
      <section aria-labelledby="owed">
        <h2 id="owed">Owed to sellers</h2>
        {dues?.length === 0 && <Empty title="Nothing is owed">What sellers earn appears here as it is paid.</Empty>}
        <ul class="rows">
          {dues?.map(({ seller_id, due }) => (
            <li key={`${seller_id} ${due.currency} ${due.amount}`} class="row row-open">
              <Due sellerId={seller_id} name={sellerName(sellers, seller_id)} due={due} changed={changed} />
            </li>
          ))}
        </ul>
        <More list={owed} />
      </section>
      <section aria-labelledby="made">
        <h2 id="made">Payouts</h2>
        {made.items?.length === 0 && <Empty title="No payouts yet">Pay a seller out above.</Empty>}
        <ul class="rows">
          {made.items?.map((payout) => (
            <li key={`${payout.id} ${payout.state}`} class="row row-open">
              <Made payout={payout} name={sellerName(sellers, payout.seller_id)} changed={changed} />
            </li>
          ))}
        </ul>
        <More list={made} />
      </section>
    </>
  );
}

interface DueProps {
  sellerId: Id;
  name: string;
  due: Money;
  changed: (text: string) => void;
}

function Due({ sellerId, name, due, changed }: DueProps): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <>
      <div class="row-line">
        <div class="row-main">
          <p class="row-title">{name}</p>
        </div>
        <strong class="digits">{money(due)}</strong>
        {may("ledger.pay_out") && (
          <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Close" : "Pay out"}
            <span class="hidden">
              {" "}
              {name} in {due.currency}
            </span>
          </button>
        )}
      </div>
      {open && (
        <>
          <PaidTo sellerId={sellerId} />
          <PayOut sellerId={sellerId} name={name} due={due} changed={changed} />
        </>
      )}
    </>
  );
}

function PayOut({ sellerId, name, due, changed }: DueProps): JSX.Element {
  const [text, setText] = useState(typed(due));
  // What is sent again after no answer is the same payout; another amount is another.
  const id = useMemo(newId, [text]);
  const sending = useSending(["amount"]);
  const amount = readMoney(text, due.currency);
  const check = (): Record<string, string> | undefined => {
    if (!amount || amount.amount === 0) return { amount: `Please type an amount in ${due.currency}.` };
    return amount.amount > due.amount ? { amount: `Only ${money(due)} is owed.` } : undefined;
  };
  const send = async (): Promise<void> => {
    if (!amount) return;
    await call("ledger.pay_out", { payout_id: id, seller_id: sellerId, amount });
    changed(`${money(amount)} to ${name} is noted as on its way.`);
  };
  return (
    <Form sending={sending} submit={amount ? `Pay out ${money(amount)}` : "Pay out"} busy="Saving…" label={`Pay out ${name}`} check={check} send={send}>
      <Field label="Amount" name="amount" inputMode="decimal" autocomplete="off" unit={due.currency} hint={`${money(due)} is owed.`} value={text} set={setText} error={sending.errors.amount} />
    </Form>
  );
}

const WAYS = [
  ["paid", "It arrived"],
  ["failed", "It failed, and goes back to the balance"],
] as const;

function Made({ payout, name, changed }: { payout: Payout; name: string; changed: (text: string) => void }): JSX.Element {
  const [open, setOpen] = useState(false);
  const waits = payout.state === "pending" && may("ledger.complete_payout");
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">
            {money(payout.amount)} to {name} <PayoutBadge payout={payout} />
          </p>
          <p class="soft">{[day(payout.created_at), payout.reference].filter(Boolean).join(" · ")}</p>
        </div>
        {waits && (
          <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Close" : "How it went"}
            <span class="hidden"> with {name}</span>
          </button>
        )}
      </div>
      {open && <Outcome payout={payout} name={name} changed={changed} />}
    </>
  );
}

function Outcome({ payout, name, changed }: { payout: Payout; name: string; changed: (text: string) => void }): JSX.Element {
  const [way, setWay] = useState<string>("paid");
  const [reference, setReference] = useState("");
  const sending = useSending(["reference"]);
  const failed = way === "failed";
  const send = async (): Promise<void> => {
    await call("ledger.complete_payout", { payout_id: payout.id, reference: reference.trim(), failed });
    changed(failed ? `${money(payout.amount)} is owed to ${name} again.` : `${name} has ${money(payout.amount)}.`);
  };
  return (
    <Form sending={sending} submit="Save" busy="Saving…" label={`Payout to ${name}`} check={() => (reference.trim() ? undefined : { reference: failed ? "Please type why it failed." : "Please type the bank's reference." })} send={send}>
      <div class="fields">
        <Choice label="How it went" value={way} set={setWay} options={WAYS} />
        <Field label={failed ? "Why it failed" : "Bank's reference"} name="reference" autocomplete="off" hint="The seller reads it in their payouts." value={reference} set={setReference} error={sending.errors.reference} />
      </div>
    </Form>
  );
}
