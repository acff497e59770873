import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Coupon, Money } from "../../contract";
import { call } from "../../core/api";
import { count, day, money } from "../../core/format";
import { useLoaded, usePages } from "../../core/loading";
import { useDoing } from "../../parts/doing";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { NewPromotion } from "./promotion-form";
import { SellerPage } from "./tabs";

/** The coupons of one's own shop, and what runs by itself. */
export function SellerCoupons(): JSX.Element {
  useTitle("My coupons");
  const [creating, setCreating] = useState<"coupon" | "campaign">();
  const list = usePages<Coupon>("coupons", (cursor) => call("coupons.list", { cursor }));
  const done = (): void => {
    setCreating(undefined);
    list.again();
  };
  const actions = !creating && (
    <div class="actions">
      <button type="button" class="button" onClick={() => setCreating("coupon")}>
        New coupon
      </button>
      <button type="button" class="button button-quiet" onClick={() => setCreating("campaign")}>
        New campaign
      </button>
    </div>
  );
  return (
    <SellerPage title="Coupons" action={actions}>
      {creating && <NewPromotion kind={creating} done={done} cancel={() => setCreating(undefined)} />}
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="No coupons yet">A coupon brings people back.</Empty>}
      <ul class="rows">
        {list.items?.map((coupon) => (
          <li key={coupon.id} class="row row-open">
            <Row coupon={coupon} changed={list.again} />
          </li>
        ))}
      </ul>
      <More list={list} />
      <Campaigns round={creating} />
    </SellerPage>
  );
}

function Row({ coupon, changed }: { coupon: Coupon; changed: () => void }): JSX.Element {
  const doing = useDoing();
  const [open, setOpen] = useState(false);
  const stop = async (): Promise<void> => {
    await call("coupons.deactivate", { coupon_id: coupon.id });
    changed();
  };
  const used = coupon.usage_limit === null ? `${coupon.usage_count} used` : `${coupon.usage_count} of ${coupon.usage_limit} used`;
  return (
    <>
      <div class="row-line">
        <div class="row-main">
          <p class="row-title">
            {coupon.code} <Badge tone={coupon.active ? "good" : "calm"}>{coupon.active ? "Active" : "Off"}</Badge>
          </p>
          <p class="soft">{[coupon.name, what(coupon.terms), used, coupon.valid_until && `until ${day(coupon.valid_until)}`].filter(Boolean).join(" · ")}</p>
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
          Results<span class="hidden"> of {coupon.code}</span>
        </button>
        {coupon.active && (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(stop)}>
            Switch off<span class="hidden"> {coupon.code}</span>
          </button>
        )}
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {open && <Results coupon={coupon} />}
    </>
  );
}

/** What a promotion gives, in a word. */
function what({ reward, min_order }: Coupon["terms"]): string {
  const from = min_order ? ` from ${money(min_order)}` : "";
  switch (reward.type) {
    case "percent":
      return `${reward.share / 100} % off${from}`;
    case "fixed":
      return `${money(reward.amount)} off${from}`;
    case "free_shipping":
      return `free shipping${from}`;
    case "buy_get":
      return `buy ${reward.buy}, get ${reward.get}${from}`;
    case "tiers":
      return `the more, the cheaper${from}`;
  }
}

function Results({ coupon }: { coupon: Coupon }): JSX.Element {
  const loaded = useLoaded(coupon.id, () => call("coupons.show_performance", { coupon_id: coupon.id }));
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <Loading />;
  const { uses, customers, discounts } = loaded.value;
  return (
    <p class="variants">
      {count(uses, "use")} by {count(customers, "customer")}; {discounts.length ? discounts.map((it: Money) => money(it)).join(" + ") : "nothing"} taken off.
    </p>
  );
}

function Campaigns({ round }: { round: unknown }): JSX.Element | null {
  const loaded = useLoaded(`campaigns ${String(round)}`, () => call("campaigns.list", {}));
  if (!loaded.value?.items.length) return null;
  return (
    <section aria-labelledby="campaigns">
      <h2 id="campaigns">Campaigns that run now</h2>
      <ul class="rows">
        {loaded.value.items.map((it) => (
          <li key={it.id} class="row">
            <div class="row-main">
              <p class="row-title">{it.name}</p>
              <p class="soft">
                {what(it.terms)} · until {day(it.end_date)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
