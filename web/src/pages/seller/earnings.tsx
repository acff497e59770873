import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Earning, Id, MovementKind, Payout } from "../../contract";
import { call } from "../../core/api";
import { day, money } from "../../core/format";
import { type Paged, usePages } from "../../core/loading";
import { me } from "../../core/session";
import { useWatched } from "../../core/watching";
import { Commissions } from "../../parts/commissions";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { PayoutBadge } from "../../parts/payout-badge";
import { Empty, Loading, Trouble } from "../../parts/states";
import { Table } from "../../parts/table";
import { PayoutAccount } from "./payout-account";
import { SellerPage } from "./tabs";

/** What the shop owes the seller, live; where it came from; what was paid out. */
export function SellerEarnings(): JSX.Element {
  useTitle("My earnings");
  const id = me.value?.seller_id;
  return <SellerPage title="Earnings">{id && <Books sellerId={id} />}</SellerPage>;
}

function Books({ sellerId }: { sellerId: Id }): JSX.Element {
  const { state, problem } = useWatched("earnings", sellerId);
  const moved = JSON.stringify(state?.balances);
  const statement = usePages<Earning>(`earnings ${sellerId}`, (cursor) => call("ledger.earnings", { seller_id: sellerId, cursor }));
  if (problem) return <Trouble error={new Error(problem.detail)} />;
  if (!state) return <Loading />;
  return (
    <>
      <dl class="counters" aria-label="Balance">
        {state.balances.length === 0 && <Sum name="Balance" value="0" />}
        {state.balances.map((it) => (
          <Sum key={it.currency} name={`Balance in ${it.currency}`} value={money(it)} />
        ))}
      </dl>
      <Statement sellerId={sellerId} list={statement} moved={moved} />
      {/* Below what is there, so that nothing pushes it down. */}
      {(statement.items || statement.error !== undefined) && (
        <>
          <Payouts moved={moved} />
          <PayoutAccount sellerId={sellerId} />
          <Commissions sellerId={sellerId} moved={moved} />
        </>
      )}
    </>
  );
}

function Sum({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const KINDS: Readonly<Record<MovementKind, string>> = {
  payment: "Payment",
  fee: "Fee",
  sale: "Sale",
  refund: "Refund",
  refund_failed: "Refund did not arrive",
  dispute: "Disputed",
  dispute_won: "Dispute won",
  dispute_lost: "Dispute lost",
  payout: "Paid out",
  payout_failed: "Payout failed",
};

function Statement({ sellerId, list, moved }: { sellerId: Id; list: Paged<Earning>; moved: string }): JSX.Element {
  useEffect(() => list.again(), [moved]);
  return (
    <section aria-labelledby="statement">
      <div class="title-row">
        <h2 id="statement">Statement</h2>
        {list.items && list.items.length > 0 && (
          <a href={`/api/v1/sellers/${sellerId}/statement.csv`} download>
            Download as CSV
          </a>
        )}
      </div>
      {list.items?.length === 0 && <Empty title="Nothing yet">What you sell appears here at once.</Empty>}
      {list.items && list.items.length > 0 && (
        <Table label={{ by: "statement" }} heads={["When", "What", "Yours", "Commission", "Tax"]}>
          {list.items.map((it) => (
            <tr key={it.id}>
              <td>{day(it.at)}</td>
              <td>{KINDS[it.kind]}</td>
              <td>
                <strong>{money(it.amount)}</strong> {it.shop_discount !== 0 && <span class="soft">{money({ ...it.amount, amount: it.shop_discount })} of it from the shop, for its own discounts</span>}
              </td>
              <td>
                {money(it.commission)} {it.rates.length > 0 && <span class="soft">{it.rates.map((rate) => `${rate / 100} %`).join(", ")}</span>}
              </td>
              <td>{money(it.tax)}</td>
            </tr>
          ))}
        </Table>
      )}
      <More list={list} />
    </section>
  );
}

function Payouts({ moved }: { moved: string }): JSX.Element {
  const list = usePages<Payout>("payouts", (cursor) => call("ledger.payouts", { cursor }));
  useEffect(() => list.again(), [moved]);
  return (
    <section aria-labelledby="payouts">
      <h2 id="payouts">Payouts</h2>
      {list.items?.length === 0 && <Empty title="No payouts yet">The shop pays out what it owes you.</Empty>}
      <ul class="rows">
        {list.items?.map((it) => (
          <li key={it.id} class="row">
            <div class="row-main">
              <p class="row-title">{money(it.amount)}</p>
              <p class="soft">{[day(it.created_at), it.reference].filter(Boolean).join(" · ")}</p>
            </div>
            <PayoutBadge payout={it} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}
