import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Payment, PaymentState } from "../../contract";
import { call } from "../../core/api";
import { payments as news } from "../../core/belongings";
import { day, money } from "../../core/format";
import { usePages } from "../../core/loading";
import { Choice } from "../../parts/field";
import { More } from "../../parts/more";
import { Badge, Empty, Loading } from "../../parts/states";
import { methodTitle, PAYMENT_STATES } from "../../pay/words";
import { AccountPage } from "./frame";

const API = "/api/v1";
const DAY = 86_400_000;
const RECEIPTED: readonly PaymentState[] = ["succeeded", "refunding", "refunded"];
const STATES: readonly (readonly [string, string])[] = [["", "All"], ...Object.entries(PAYMENT_STATES).map(([state, [, text]]) => [state, text] as const)];
const TIMES: readonly (readonly [string, string])[] = [
  ["", "At any time"],
  ["30", "In the last 30 days"],
  ["365", "In the last year"],
];

/** What one has paid, with receipts, and the transfers that are awaited. */
export function OwnPayments(): JSX.Element {
  const [state, setState] = useState("");
  const [days, setDays] = useState("");
  const read = (cursor: string) =>
    call("payments.list", { cursor, ...(state && { status: state as PaymentState }), ...(days && { since: new Date(Date.now() - Number(days) * DAY).toISOString() }) });
  const list = usePages(`own payments ${state} ${days}`, read);
  const told = news.value;
  useEffect(() => {
    if (told.size > 0) list.again();
  }, [told]);
  return (
    <AccountPage title="Payments">
      <form class="filters" aria-label="Which payments" onSubmit={(event) => event.preventDefault()}>
        <Choice label="State" value={state} set={setState} options={STATES} />
        <Choice label="Made" value={days} set={setDays} options={TIMES} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="None">What you pay appears here, with a receipt.</Empty>}
      <ul class="rows">
        {list.items?.map((payment) => (
          <li key={payment.id} class="row">
            <Row payment={payment} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </AccountPage>
  );
}

function Row({ payment }: { payment: Payment }): JSX.Element {
  const [tone, text] = PAYMENT_STATES[payment.status];
  const { amount, returned, status } = payment;
  return (
    <>
      <div class="row-main">
        <p class="row-title">
          {money(amount)} <Badge tone={tone}>{text}</Badge>
        </p>
        <p class="soft">
          {day(payment.created_at)} · {methodTitle(payment.payment_method)}
          {returned > 0 && ` · ${money({ ...amount, amount: returned })} given back`}
        </p>
      </div>
      {status === "needs_action" && payment.awaited_until && (
        <a class="button button-small" href={`/transfers/${payment.id}`}>
          How to transfer it
        </a>
      )}
      {RECEIPTED.includes(status) && (
        <a class="button button-quiet button-small" href={`${API}/payments/${payment.id}/receipt`} target="_blank" rel="noopener">
          Receipt<span class="hidden"> of {money(amount)} (PDF)</span>
        </a>
      )}
    </>
  );
}
