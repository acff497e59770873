import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Commission, Id } from "../contract";
import { call } from "../core/api";
import { day, money } from "../core/format";
import { usePages } from "../core/loading";
import { More } from "./more";
import { Empty, Loading } from "./states";

/** What the shop kept of each sale, and of what: one seller's, or with their names those of all. */
export function Commissions({ sellerId, names, moved = "" }: { sellerId?: Id; names?: ReadonlyMap<string, string>; moved?: string }): JSX.Element {
  const list = usePages<Commission>(`commissions ${sellerId ?? ""}`, (cursor) => call("ledger.commissions", { seller_id: sellerId ?? null, cursor }));
  useEffect(() => list.again(), [moved]);
  return (
    <section aria-labelledby="commissions">
      <h2 id="commissions">Commission of each sale</h2>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No sales yet">What the shop keeps of a sale appears here.</Empty>}
      {list.items !== undefined && list.items.length > 0 && <Table items={list.items} names={names} />}
      <More list={list} />
    </section>
  );
}

function Table({ items, names }: { items: readonly Commission[]; names: ReadonlyMap<string, string> | undefined }): JSX.Element {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-labelledby="commissions">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            {names && <th scope="col">Seller</th>}
            <th scope="col">Commission</th>
            <th scope="col">Rate</th>
            <th scope="col">Of</th>
          </tr>
        </thead>
        <tbody>
          {items.map((it) => (
            <tr key={`${it.id} ${it.seller_id} ${it.rate}`}>
              <td>{day(it.at)}</td>
              {names && <td>{names.get(it.seller_id) ?? it.seller_id}</td>}
              <td>{money(it.amount)}</td>
              <td>{it.rate / 100} %</td>
              <td>{money(it.base)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
