import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Commission, Id } from "../contract";
import { call } from "../core/api";
import { day, money } from "../core/format";
import { usePages } from "../core/loading";
import { More } from "./more";
import { Empty, Loading } from "./states";
import { Table } from "./table";

/** What the shop kept of each sale, and of what: one seller's, or with their names those of all. */
export function Commissions({ sellerId, names, moved = "" }: { sellerId?: Id; names?: ReadonlyMap<string, string>; moved?: string }): JSX.Element {
  const list = usePages<Commission>(`commissions ${sellerId ?? ""}`, (cursor) => call("ledger.commissions", { seller_id: sellerId ?? null, cursor }));
  useEffect(() => list.again(), [moved]);
  return (
    <section aria-labelledby="commissions">
      <h2 id="commissions">Commission of each sale</h2>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No sales yet">What the shop keeps of a sale appears here.</Empty>}
      {list.items !== undefined && list.items.length > 0 && <Sales items={list.items} names={names} />}
      <More list={list} />
    </section>
  );
}

function Sales({ items, names }: { items: readonly Commission[]; names: ReadonlyMap<string, string> | undefined }): JSX.Element {
  return (
    <Table label={{ by: "commissions" }} heads={["When", ...(names ? ["Seller"] : []), "Commission", "Rate", "Of"]}>
      {items.map((it) => (
        <tr key={`${it.id} ${it.seller_id} ${it.rate}`}>
          <td>{day(it.at)}</td>
          {names && <td>{names.get(it.seller_id) ?? it.seller_id}</td>}
          <td>{money(it.amount)}</td>
          <td>{it.rate / 100} %</td>
          <td>{money(it.base)}</td>
        </tr>
      ))}
    </Table>
  );
}
