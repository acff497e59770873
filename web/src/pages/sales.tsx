import type { JSX } from "preact";
import type { FlashSale, Phase } from "../contract";
import { call } from "../core/api";
import { serverNow } from "../core/clock";
import { usePages } from "../core/loading";
import { useServerNow } from "../core/ticking";
import { More } from "../parts/more";
import { useTitle } from "../parts/page";
import { Empty, Loading, Skeleton } from "../parts/states";
import { SaleCard } from "../sale/card";
import { nextMoment, phaseAt } from "../sale/stage";

/** All flash sales: open, coming, over. A sale moves on by itself when its time comes. */
export function Sales(): JSX.Element {
  useTitle("Flash sales");
  const list = usePages("sales", (cursor) => call("flash_sales.list", { cursor }));
  const sales = list.items ?? [];
  const now = useServerNow(soonest(sales));
  const among = (...phases: Phase[]): readonly FlashSale[] => sales.filter((sale) => phases.includes(phaseAt(sale, now)));
  return (
    <div class="wide">
      <h1>Flash sales</h1>
      <p class="soft">Few units, a good price, one clock: the shop's. First come, first served.</p>
      {list.items === undefined && list.error === undefined && (
        <Loading>
          <div class="grid">
            <Skeleton kind="card" times={4} />
          </div>
        </Loading>
      )}
      {list.items?.length === 0 && <Empty title="No flash sales yet">Come back soon.</Empty>}
      <Group title="Open now" sales={among("open")} />
      <Group title="Coming up" sales={among("upcoming")} />
      <Group title="Over" sales={among("ended", "cancelled")} />
      <More list={list} />
    </div>
  );
}

function soonest(sales: readonly FlashSale[]): number {
  const now = serverNow();
  const coming = sales.map((sale) => nextMoment(sale, now)).filter((time) => time > now);
  return coming.length ? Math.min(...coming) : 0;
}

function Group({ title, sales }: { title: string; sales: readonly FlashSale[] }): JSX.Element | null {
  if (sales.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class="grid sale-grid">
        {sales.map((sale) => (
          <li key={sale.id}>
            <SaleCard sale={sale} />
          </li>
        ))}
      </ul>
    </section>
  );
}
