import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Movement, MovementKind, Totals } from "../../contract";
import { call } from "../../core/api";
import { day, money } from "../../core/format";
import { useLoaded, usePages } from "../../core/loading";
import { Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const KINDS: Readonly<Record<MovementKind, string>> = {
  payment: "Payment",
  fee: "Gateway's fee",
  sale: "Sale",
  refund: "Refund",
  refund_failed: "Refund did not arrive",
  dispute: "Disputed",
  dispute_won: "Dispute won",
  dispute_lost: "Dispute lost",
  payout: "Payout",
  payout_failed: "Payout came back",
};

/** Where the money is that buyers paid, and every payment. */
export function Payments(): JSX.Element {
  return (
    <OfficePage title="Payments">
      <Books />
      <Find />
      <FailedRefunds />
      <Latest />
    </OfficePage>
  );
}

const PLACES: readonly (readonly [part: Exclude<keyof Totals, "currency">, label: string])[] = [
  ["paid", "Paid by buyers"],
  ["sellers", "Owed to sellers"],
  ["paid_out", "Paid out"],
  ["platform", "Kept by the shop"],
  ["discounts", "Less its own discounts"],
  ["tax", "Tax"],
  ["refunds", "Refunded"],
  ["owed", "Owed to buyers"],
  ["disputed", "Disputed"],
  ["unallocated", "Not sold yet"],
];

function Books(): JSX.Element {
  const books = useLoaded("books", () => call("ledger.totals", {}));
  if (books.error !== undefined) return <Trouble error={books.error} again={books.again} />;
  // Until it is known, and while nothing was paid yet, its place is held.
  const shown = books.value?.totals.length ? books.value.totals : [undefined];
  return (
    <>
      {shown.map((totals) => (
        <dl class="totals" key={totals?.currency}>
          {PLACES.map(([part, label]) => (
            <div key={part}>
              <dt>{label}</dt>
              <dd>{totals ? money({ amount: totals[part], currency: totals.currency }) : "–"}</dd>
            </div>
          ))}
        </dl>
      ))}
    </>
  );
}

function Find(): JSX.Element {
  const [id, setId] = useState("");
  const { route } = useLocation();
  const sending = useSending(["payment_id"]);
  const wanted = id.trim().toLowerCase();
  return (
    <div class="panel">
      <Form
        sending={sending}
        label="Find a payment"
        submit="Open the payment"
        busy="Opening…"
        check={() => (UUID.test(wanted) ? undefined : { payment_id: "Please paste the whole id of a payment." })}
        send={async () => route(`/manager/payments/${wanted}`)}
      >
        <Field label="Id of a payment" name="payment_id" autocomplete="off" value={id} set={setId} error={sending.errors.payment_id} />
      </Form>
    </div>
  );
}

/** Money that was to go back and went nowhere: somebody has to look into it. */
function FailedRefunds(): JSX.Element | null {
  const list = usePages("failed refunds", (cursor) => call("payments.list_refunds", { cursor }));
  if (list.error === undefined && !list.items?.length) return null;
  return (
    <section aria-labelledby="failed-refunds">
      <h2 id="failed-refunds">Refunds that failed</h2>
      <ul class="rows">
        {list.items?.map((refund) => (
          <li key={refund.id}>
            <a class="row" href={`/manager/payments/${refund.payment_id}`}>
              <div class="row-main">
                <p class="row-title">{refund.reason}</p>
                <p class="soft">
                  {day(refund.updated_at)} · {refund.failure} {refund.owed && "· to be sent in another way"}
                </p>
              </div>
              <strong class="row-end">{money(refund.amount)}</strong>
            </a>
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function Latest(): JSX.Element {
  const list = usePages("payments in the books", (cursor) => call("ledger.movements", { account: "payments", cursor }));
  return (
    <section aria-labelledby="latest">
      <h2 id="latest">Latest payments</h2>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No payments yet">Each appears here when its money has come.</Empty>}
      <ul class="rows">
        {list.items?.map((movement) => (
          <li key={movement.id}>
            <Row movement={movement} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function Row({ movement }: { movement: Movement }): JSX.Element {
  // The books have on the left what came: what buyers paid is a negative entry of their account.
  const entry = movement.entries.find((it) => it.account === "payments")?.amount;
  const amount = entry && { ...entry, amount: -entry.amount };
  const inside = (
    <>
      <div class="row-main">
        <p class="row-title">{KINDS[movement.kind]}</p>
        <p class="soft">
          {day(movement.at)} · <code>{movement.payment_id ?? movement.id}</code>
        </p>
      </div>
      {amount && <strong class="row-end">{money(amount)}</strong>}
    </>
  );
  if (!movement.payment_id) return <div class="row">{inside}</div>;
  return (
    <a class="row" href={`/manager/payments/${movement.payment_id}`}>
      {inside}
    </a>
  );
}
