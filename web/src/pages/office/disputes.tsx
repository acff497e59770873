import type { JSX } from "preact";
import type { Dispute, DisputeState } from "../../contract";
import { call } from "../../core/api";
import { day, money } from "../../core/format";
import { usePages } from "../../core/loading";
import { More } from "../../parts/more";
import { Badge, Empty, Loading } from "../../parts/states";
import { OfficePage } from "./frame";

const STATES: Readonly<Record<DisputeState, readonly ["warm" | "good" | "bad", string]>> = { open: ["warm", "Open"], won: ["good", "Won"], lost: ["bad", "Lost"] };

/** The payments that their customers' banks question. */
export function Disputes(): JSX.Element {
  return (
    <OfficePage title="Chargebacks">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const list = usePages("disputed payments", (cursor) => call("payments.disputes", { cursor }));
  return (
    <>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No disputes">No bank questions a payment.</Empty>}
      <ul class="rows">
        {list.items?.map((dispute) => (
          <li key={dispute.id}>
            <Row dispute={dispute} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

function Row({ dispute }: { dispute: Dispute }): JSX.Element {
  const [tone, word] = STATES[dispute.state];
  return (
    <a class="row" href={`/manager/payments/${dispute.payment_id}`}>
      <div class="row-main">
        <p class="row-title">{dispute.reason.replace(/_/g, " ")}</p>
        <p class="soft">
          {day(dispute.created_at)} · <code>{dispute.id}</code>
        </p>
      </div>
      <p class="row-end">
        <strong>{money(dispute.amount)}</strong>
        <Badge tone={tone}>{word}</Badge>
      </p>
    </a>
  );
}
