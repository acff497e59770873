import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Figures, FiguresOfDay, Id, Money } from "../../contract";
import { call } from "../../core/api";
import { moment, money } from "../../core/format";
import { useLoaded } from "../../core/loading";
import { Choice } from "../../parts/field";
import { Performance, share } from "../../parts/performance";
import { useSellers } from "../../parts/seller-names";
import { Loading, Trouble } from "../../parts/states";
import { Table } from "../../parts/table";
import { OfficePage } from "./frame";

// They are counted anew so often while somebody looks, in milliseconds.
const LOOK_AGAIN = 15_000;

/** How the shop does: what was sold, what it kept, who has come. */
export function OfficeFigures(): JSX.Element {
  const [days, setDays] = useState("30");
  const loaded = useLoaded(`figures ${days}`, () => call("ledger.figures", { days: Number(days) }));
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && loaded.again(), LOOK_AGAIN);
    return () => clearInterval(timer);
  }, [days]);
  return (
    <OfficePage title="Figures">
      <form class="filters" aria-label="Which days" onSubmit={(event) => event.preventDefault()}>
        <Choice label="The last" value={days} set={setDays} options={[["7", "7 days"], ["30", "30 days"], ["90", "90 days"]]} />
      </form>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {!loaded.value && loaded.error === undefined && <Loading />}
      {loaded.value && <Shown figures={loaded.value} />}
      <OfSeller />
    </OfficePage>
  );
}

function Shown({ figures }: { figures: Figures }): JSX.Element {
  const counters: readonly (readonly [string, string])[] = [
    ["Orders", String(figures.orders)],
    ["Revenue", sums(figures.revenue)],
    ["Refunded", sums(figures.refunded)],
    ["Commission", sums(figures.commission)],
    ["Fulfilled", share(figures.fulfilled)],
    ["New people", String(figures.new_people)],
    ["People", String(figures.people)],
  ];
  return (
    <>
      <dl class="counters counters-many" aria-label="All together">
        {counters.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">Counted at {moment(figures.asked_at)}; days are UTC. Revenue is what buyers paid, with taxes and shipping; commission is what the shop kept of it, less what it gave back.</p>
      <Days days={figures.days.toReversed()} />
    </>
  );
}

function Days({ days }: { days: readonly FiguresOfDay[] }): JSX.Element {
  return (
    <Table label="Day by day" heads={["Day", "Orders", "Revenue", "Refunded", "Commission", "New people"]}>
      {days.map((it) => (
        <tr key={it.begins}>
          <td>{it.begins.slice(0, 10)}</td>
          <td>{it.orders}</td>
          <td>{sums(it.revenue)}</td>
          <td>{sums(it.refunded)}</td>
          <td>{sums(it.commission)}</td>
          <td>{it.new_people}</td>
        </tr>
      ))}
    </Table>
  );
}

function sums(amounts: readonly Money[]): string {
  return amounts.length === 0 ? "–" : amounts.map(money).join(", ");
}

/** One seller's performance. */
function OfSeller(): JSX.Element {
  const [seller, setSeller] = useState<Id | "">("");
  const sellers = useSellers() ?? [];
  return (
    <section class="stack" aria-labelledby="seller-performance">
      <h2 id="seller-performance">How a seller does</h2>
      <Choice label="Seller" value={seller} set={(value) => setSeller(value as Id | "")} options={[["", "Please choose"], ...sellers]} />
      {seller && <Performance key={seller} sellerId={seller} />}
    </section>
  );
}
