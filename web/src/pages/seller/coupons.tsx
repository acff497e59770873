import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Campaign, Coupon, Money } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { serverNow } from "../../core/clock";
import { count, day, money } from "../../core/format";
import { useLoaded, usePages, type Paged } from "../../core/loading";
import { ConfirmButton } from "../../parts/confirm";
import { useDoing } from "../../parts/doing";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { gives } from "../../parts/promotion";
import { Secret } from "../../parts/secret";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { PromotionEditor, type PromotionKind } from "./promotion-form";
import { SellerPage } from "./tabs";

/** The coupons of one's own shop, and what runs by itself. */
export function SellerCoupons(): JSX.Element {
  useTitle("My coupons");
  const [creating, setCreating] = useState<PromotionKind>();
  const [codes, setCodes] = useState<readonly string[]>();
  const list = usePages<Coupon>("coupons", (cursor) => call("coupons.list", { cursor }));
  const campaigns = usePages<Campaign>("own campaigns", (cursor) => call("campaigns.list_own", { cursor }));
  const done = (made?: readonly string[]): void => {
    setCreating(undefined);
    setCodes(made);
    list.again();
    campaigns.again();
  };
  const actions = !creating && (
    <div class="actions">
      <button type="button" class="button" onClick={() => setCreating("coupon")}>
        New coupon
      </button>
      <button type="button" class="button button-quiet" onClick={() => setCreating("campaign")}>
        New campaign
      </button>
      <button type="button" class="button button-quiet" onClick={() => setCreating("codes")}>
        Many codes
      </button>
    </div>
  );
  return (
    <SellerPage title="Coupons" action={actions}>
      {creating && <PromotionEditor key={creating} kind={creating} done={done} cancel={() => setCreating(undefined)} />}
      {codes && <Secret title="Your codes" text="Each is good for one use. They stay in the list below." lines={codes} file="codes.txt" done={() => setCodes(undefined)} />}
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
      <Campaigns list={campaigns} />
    </SellerPage>
  );
}

function Row({ coupon, changed }: { coupon: Coupon; changed: () => void }): JSX.Element {
  const doing = useDoing();
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState(false);
  const saved = (): void => {
    setEditing(false);
    changed();
  };
  const stop = async (): Promise<void> => {
    await call("coupons.deactivate", { coupon_id: coupon.id });
    changed();
  };
  const used = coupon.usage_limit === null ? `${coupon.usage_count} used` : `${coupon.usage_count} of ${coupon.usage_limit} used`;
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">
            {coupon.code} <Badge tone={coupon.active ? "good" : "calm"}>{coupon.active ? "Active" : "Off"}</Badge>
          </p>
          <p class="soft">{[coupon.name, coupon.automatic && "by itself", gives(coupon.terms), used, coupon.valid_until && `until ${day(coupon.valid_until)}`].filter(Boolean).join(" · ")}</p>
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
          Results<span class="hidden"> of {coupon.code}</span>
        </button>
        <button type="button" class="button button-quiet button-small" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          Change<span class="hidden"> {coupon.code}</span>
        </button>
        {coupon.active && (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(stop)}>
            Switch off<span class="hidden"> {coupon.code}</span>
          </button>
        )}
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {open && <Results coupon={coupon} />}
      {editing && <PromotionEditor kind="coupon" before={coupon} done={saved} cancel={() => setEditing(false)} />}
    </>
  );
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

function Campaigns({ list }: { list: Paged<Campaign> }): JSX.Element | null {
  if (list.items?.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="campaigns">
      <h2 id="campaigns">Campaigns</h2>
      {list.items === undefined && list.error === undefined && <Loading />}
      <ul class="rows">
        {list.items?.map((campaign) => (
          <li key={campaign.id} class="row row-open">
            <CampaignRow campaign={campaign} changed={list.again} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function CampaignRow({ campaign, changed }: { campaign: Campaign; changed: () => void }): JSX.Element {
  const [editing, setEditing] = useState(false);
  const saved = (): void => {
    setEditing(false);
    changed();
  };
  const remove = async (): Promise<void> => {
    await call("campaigns.delete", { campaign_id: campaign.id });
    announce(`${campaign.name} is removed.`);
    changed();
  };
  const [tone, state] = phaseOf(campaign);
  return (
    <>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">
            {campaign.name} <Badge tone={tone}>{state}</Badge>
          </p>
          <p class="soft">
            {gives(campaign.terms)} · {day(campaign.start_date)} to {day(campaign.end_date)}
          </p>
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          Change<span class="hidden"> {campaign.name}</span>
        </button>
        <ConfirmButton
          text={
            <>
              Remove<span class="hidden"> {campaign.name}</span>
            </>
          }
          title={`Remove ${campaign.name}?`}
          action="Remove it"
          run={remove}
        >
          Carts cost more at once. What was ordered keeps its prices.
        </ConfirmButton>
      </div>
      {editing && <PromotionEditor kind="campaign" before={campaign} done={saved} cancel={() => setEditing(false)} />}
    </>
  );
}

function phaseOf({ start_date, end_date }: Campaign): readonly ["good" | "warm" | "calm", string] {
  const now = serverNow();
  if (Date.parse(end_date) <= now) return ["calm", "Over"];
  return Date.parse(start_date) > now ? ["warm", "To come"] : ["good", "Running"];
}
