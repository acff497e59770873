import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import type { FlashSale } from "../contract";
import { call } from "../core/api";
import { count, day, moment, spoken } from "../core/format";
import { useLoaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { useTitle } from "../parts/page";
import { Picture } from "../parts/picture";
import { PriceTag } from "../parts/price";
import { Loading, Skeleton, Trouble } from "../parts/states";
import { BuyBox } from "../sale/buy-box";
import { PhaseBadge } from "../sale/card";
import { Countdown } from "../sale/countdown";
import { Fairness } from "../sale/fairness";
import { useLiveSale } from "../sale/live";
import { useMilestones } from "../sale/milestones";
import { useMyPlace } from "../sale/place";
import { UnitsBar } from "../sale/units-bar";
import { NotFound } from "./not-found";

/** The countdown page: the clock, what is left, and what one can do about it. */
export function SalePage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("flash_sales.show", { sale_id: id }));
  useTitle(loaded.value?.title ?? "Flash sale");
  if (problemOf(loaded.error, "flash_sales.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (loaded.value) return <Shown key={id} sale={loaded.value} />;
  return (
    <Loading>
      <div class="sale">
        <Skeleton kind="block" />
        <div>
          <Skeleton kind="title" />
          <Skeleton times={4} />
          <Skeleton kind="row" />
        </div>
      </div>
    </Loading>
  );
}

function Shown({ sale: known }: { sale: FlashSale }): JSX.Element {
  const live = useLiveSale(known);
  const { sale, phase, remaining } = live;
  const place = useMyPlace(live);
  useMilestones(live);
  return (
    <article class="sale">
      <div class="sale-picture">
        <Picture url={sale.image_url} alt={sale.title} eager />
      </div>
      <div class="sale-main">
        <p>
          <PhaseBadge sale={sale} phase={phase} />
        </p>
        <h1>{sale.title}</h1>
        <PriceTag now={sale.sale_price} before={sale.original_price} large />
        {(phase === "upcoming" || phase === "open") && <Countdown label={phase === "upcoming" ? "Opens in" : "Ends in"} remaining={remaining} />}
        {phase !== "cancelled" && <UnitsBar sale={sale} />}
        <BuyBox live={live} place={place} />
        <Fairness live={live} place={place} />
        <Terms sale={sale} />
      </div>
    </article>
  );
}

function Terms({ sale }: { sale: FlashSale }): JSX.Element {
  return (
    <dl class="terms">
      <div>
        <dt>Opens</dt>
        <dd>
          <time dateTime={sale.start_time} title={moment(sale.start_time)}>
            {day(sale.start_time)}
          </time>
        </dd>
      </div>
      <div>
        <dt>Ends</dt>
        <dd>
          <time dateTime={sale.end_time} title={moment(sale.end_time)}>
            {day(sale.end_time)}
          </time>
        </dd>
      </div>
      <div>
        <dt>Each customer</dt>
        <dd>{count(sale.per_customer_limit, "unit")} at most</dd>
      </div>
      <div>
        <dt>Held for you</dt>
        <dd>{spoken(sale.hold_seconds * 1000)}</dd>
      </div>
    </dl>
  );
}
