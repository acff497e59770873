import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { FlashSale } from "../../contract";
import { call } from "../../core/api";
import { day, money } from "../../core/format";
import { forgetLists, usePages } from "../../core/loading";
import { me } from "../../core/session";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { Empty, Loading } from "../../parts/states";
import { PhaseBadge } from "../../sale/card";
import { useLiveSale } from "../../sale/live";
import { isOver } from "../../sale/stage";
import { NewSaleForm } from "./sale-form";
import { SellerPage } from "./tabs";

/** The sales of one's own shop (all of them for admins), and the way to a new one. */
export function SellerSales(): JSX.Element {
  useTitle("My sales");
  const [creating, setCreating] = useState(false);
  const { route } = useLocation();
  const create = me.value?.seller_id && !creating && (
    <button type="button" class="button" onClick={() => setCreating(true)}>
      New sale
    </button>
  );
  return (
    <SellerPage title="Sales" action={create}>
      {creating && (
        <NewSaleForm
          cancel={() => setCreating(false)}
          done={(sale) => {
            forgetLists();
            route(`/seller/sales/${sale.id}`);
          }}
        />
      )}
      <List sellerId={me.value?.seller_id ?? null} />
    </SellerPage>
  );
}

function List({ sellerId }: { sellerId: string | null }): JSX.Element {
  const list = usePages(`seller sales ${sellerId}`, (cursor) => call("flash_sales.list", { seller_id: sellerId, cursor }));
  if (list.items === undefined && list.error === undefined) return <Loading />;
  return (
    <>
      {list.items?.length === 0 && <Empty title="No sales yet">Put a product on a clock: it takes a minute.</Empty>}
      <ul class="rows">
        {list.items?.map((sale) => (
          <li key={sale.id}>
            <Row sale={sale} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

function Row({ sale: known }: { sale: FlashSale }): JSX.Element {
  const { sale, phase } = useLiveSale(known, !isOver(known));
  return (
    <a class="row" href={`/seller/sales/${sale.id}`}>
      <div class="row-main">
        <p class="row-title">{sale.title}</p>
        <p class="soft">
          {day(sale.start_time)} to {day(sale.end_time)} · {money(sale.sale_price)}
        </p>
      </div>
      <p class="row-end">
        <span>
          <strong>{sale.sold_count}</strong> of {sale.quantity_limit} sold
        </span>
        <PhaseBadge sale={sale} phase={phase} />
      </p>
    </a>
  );
}
