import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { OrderDispute, ReturnSide } from "../contract";
import { call } from "../core/api";
import { shopNews } from "../core/belongings";
import { day, money } from "../core/format";
import { usePages } from "../core/loading";
import { More } from "../parts/more";
import { Empty, Loading } from "../parts/states";
import { DISPUTE_REASONS, DisputeBadge, SIDES } from "./words";

/** Disputes, the newest first: one's own, those with one's shop, or all. `base` is where their pages are. */
export function DisputeList({ side, base, empty, moved }: { side: ReturnSide; base: string; empty: string; moved?: unknown }): JSX.Element {
  const list = usePages(`disputes ${side}`, (cursor) => call("disputes.list", { side, cursor }));
  const news = moved ?? shopNews.value;
  useEffect(() => list.again(), [news]);
  if (list.items === undefined && list.error === undefined) return <Loading />;
  return (
    <>
      {list.items?.length === 0 && <Empty title="No disputes">{empty}</Empty>}
      <DisputeRows items={list.items ?? []} base={base} />
      <More list={list} />
    </>
  );
}

/** Disputes, a row each. */
export function DisputeRows({ items, base }: { items: readonly OrderDispute[]; base: string }): JSX.Element {
  return (
    <ul class="rows">
      {items.map((dispute) => (
        <li key={dispute.id}>
          <a class="row" href={`${base}/${dispute.id}`}>
            <div class="row-main">
              <p class="row-title">{DISPUTE_REASONS[dispute.reason]}</p>
              <p class="soft">
                {day(dispute.opened_at)}
                {dispute.state === "open" && ` · ${SIDES[dispute.waits_for]} may answer until ${day(dispute.answer_by)}`}
              </p>
            </div>
            <p class="row-end">
              <strong>{money(dispute.at_stake)}</strong>
              <DisputeBadge dispute={dispute} />
            </p>
          </a>
        </li>
      ))}
    </ul>
  );
}
