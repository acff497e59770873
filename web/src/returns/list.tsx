import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Return, ReturnSide, ReturnState } from "../contract";
import { call } from "../core/api";
import { shopNews } from "../core/belongings";
import { day, money } from "../core/format";
import { usePages } from "../core/loading";
import { More } from "../parts/more";
import { Empty, Loading } from "../parts/states";
import { ReturnBadge } from "./words";

interface Props {
  side: ReturnSide;
  base: string;
  empty: string;
  /** Only those that stand so. */
  state?: ReturnState;
  /** Moves when there may be others. */
  moved?: unknown;
}

/** Returns, the newest first: one's own, those to one's shop, or all. `base` is where their pages are. */
export function ReturnList({ side, base, empty, state, moved }: Props): JSX.Element {
  const list = usePages(`returns ${side} ${state ?? ""}`, (cursor) => call("returns.list", { side, state: state ?? null, cursor }));
  const news = moved ?? shopNews.value;
  // A return moves on its own page: here it is read anew, whoever moved it.
  useEffect(() => list.again(), [news]);
  if (list.items === undefined && list.error === undefined) return <Loading />;
  return (
    <>
      {list.items?.length === 0 && <Empty title="No returns">{empty}</Empty>}
      <ReturnRows items={list.items ?? []} base={base} />
      <More list={list} />
    </>
  );
}

/** Returns, a row each. */
export function ReturnRows({ items, base }: { items: readonly Return[]; base: string }): JSX.Element {
  return (
    <ul class="rows">
      {items.map((rma) => (
        <li key={rma.id}>
          <a class="row" href={`${base}/${rma.id}`}>
            <div class="row-main">
              <p class="row-title">{rma.lines.map((line) => `${line.quantity} × ${line.title}`).join(", ")}</p>
              <p class="soft">
                {rma.number} · {day(rma.requested_at)}
              </p>
            </div>
            <p class="row-end">
              <strong>{money(rma.worth)}</strong>
              <ReturnBadge rma={rma} />
            </p>
          </a>
        </li>
      ))}
    </ul>
  );
}
