import type { JSX } from "preact";
import type { Claim, ClaimState, SaleLedger } from "../../contract";
import { clock, money, moment } from "../../core/format";
import { Badge, Empty, Loading } from "../../parts/states";
import { Table } from "../../parts/table";

const STATES: Readonly<Record<ClaimState, readonly ["calm" | "good" | "warm", string]>> = {
  held: ["warm", "On hold"],
  paying: ["warm", "Paying"],
  paid: ["good", "Paid"],
  given_back: ["calm", "Given back"],
  lapsed: ["calm", "Ran out"],
  withdrawn: ["calm", "Withdrawn"],
};

/** The latest claims of a sale with where they stand, the last one first. It changes as it happens. */
export function Ledger({ ledger }: { ledger: SaleLedger | undefined }): JSX.Element {
  return (
    <section aria-labelledby="ledger">
      <div class="title-row">
        <h2 id="ledger">Latest claims</h2>
        {ledger && (
          <a href={`/api/v1/flash-sales/${ledger.sale.id}/ledger.csv`} download>
            Download as CSV
          </a>
        )}
      </div>
      {!ledger && <Loading />}
      {ledger?.claims.length === 0 && <Empty title="Nobody yet">Each claim appears here the moment it happens.</Empty>}
      {ledger && ledger.claims.length > 0 && (
        <Table label="Table of claims" heads={["Place", "State", "Units", "Total", "Customer", "Claimed"]}>
          {[...ledger.claims].reverse().map((claim) => (
            <Row key={claim.id} claim={claim} />
          ))}
        </Table>
      )}
    </section>
  );
}

function Row({ claim }: { claim: Claim }): JSX.Element {
  const [tone, word] = STATES[claim.state];
  return (
    <tr>
      <td>{claim.place}</td>
      <td>
        <Badge tone={tone}>{word}</Badge>
      </td>
      <td>{claim.quantity}</td>
      <td>{money(claim.total)}</td>
      <td>
        <code title={claim.customer_id}>{claim.customer_id.slice(-6)}</code>
      </td>
      <td>
        <time dateTime={claim.claimed_at} title={moment(claim.claimed_at)}>
          {clock(claim.claimed_at)}
        </time>
      </td>
    </tr>
  );
}
