import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Campaign, Coupon, TermsInput } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { serverNow } from "../../core/clock";
import { readMoney, typed as typedMoney } from "../../core/format";
import { newId } from "../../core/ids";
import { useLoaded } from "../../core/loading";
import { Choice, Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Loading } from "../../parts/states";
import { toField } from "./terms";

const KINDS = [
  ["percent", "Percent off"],
  ["fixed", "An amount off"],
  ["free_shipping", "Free shipping"],
  ["buy_get", "Buy some, get one free"],
] as const;

// Steps of quantities are made by programs; here they stay as they are.
const TIERS = [["tiers", "The more, the cheaper"], ...KINDS] as const;

type Kind = (typeof TIERS)[number][0];

const FIELDS = ["code", "count", "prefix", "name", "value", "min_order", "usage_limit", "per_customer_limit", "from", "until"] as const;
type Name = (typeof FIELDS)[number];

const WEEK = 7 * 86_400_000;

const MOST_CODES = 1000;

/** A coupon, a campaign that needs no code, or many codes that are good for one use each. */
export type PromotionKind = "coupon" | "campaign" | "codes";

const WORDS = {
  coupon: { title: "New coupon", submit: "Make the coupon", done: "The coupon is made." },
  campaign: { title: "New campaign", submit: "Set it up", done: "The campaign is set up." },
  codes: { title: "New codes", submit: "Make the codes", done: "The codes are made." },
} as const;

interface Props {
  kind: PromotionKind;
  /** What is to be changed; its code and its uses stay. */
  before?: Coupon | Campaign;
  /** Codes that were made are told with it. */
  done: (codes?: readonly string[]) => void;
  cancel: () => void;
}

/** A promotion for the goods of one's own shop, or of the marketplace for who runs it: a new one, or one that is to be changed. */
export function PromotionEditor(props: Props): JSX.Element {
  // Amounts are in the currency of what the shop sells.
  const known = props.before && currencyOf(props.before.terms);
  const goods = useLoaded(known ? "" : "own currency", () => call("catalog.list_seller_products", { limit: 1 }));
  if (!known && !goods.value && goods.error === undefined) return <Loading />;
  return <PromotionForm {...props} currency={known ?? goods.value?.items[0]?.price.currency ?? "EUR"} />;
}

function PromotionForm({ kind, before, done, cancel, currency }: Props & { currency: string }): JSX.Element {
  const id = useMemo(() => before?.id ?? newId(), []);
  const [gives, setGives] = useState<Kind>(() => before?.terms.reward.type ?? "percent");
  const [typed, setTyped] = useState<Record<Name, string>>(() => (before ? typedOf(before) : fresh()));
  const words = before ? { title: `Change ${before.name}`, submit: "Save", done: "Saved." } : WORDS[kind];
  const sending = useSending(FIELDS);
  const field = (name: Name): { name: string; value: string; set: (value: string) => void; error: string | undefined } => ({ name, value: typed[name], set: (value) => setTyped({ ...typed, [name]: value }), error: sending.errors[name] });
  const number = (name: Name): number | null => (typed[name].trim() ? Number(typed[name]) : null);
  const moment = (name: Name): string => new Date(typed[name]).toISOString();
  const moments = { valid_from: typed.from ? moment("from") : null, valid_until: typed.until ? moment("until") : null };
  const limits = { usage_limit: number("usage_limit"), per_customer_limit: number("per_customer_limit") };

  const make = async (terms: TermsInput): Promise<readonly string[] | undefined> => {
    const { name } = typed;
    if (kind === "campaign") {
      const campaign = { campaign_id: id, name, terms, start_date: moment("from"), end_date: moment("until") };
      if (before && "banner_url" in before) await call("campaigns.edit", { ...campaign, description: before.description, banner_url: before.banner_url || null });
      else await call("campaigns.create", campaign);
    } else if (kind === "codes") return (await call("coupons.generate", { batch_id: id, count: Number(typed.count), prefix: typed.prefix.trim().toUpperCase(), name, terms, ...moments })).codes;
    else if (before && "code" in before) await call("coupons.edit", { coupon_id: id, name, terms, ...moments, ...limits, automatic: before.automatic, active: before.active });
    else await call("coupons.create", { coupon_id: id, code: typed.code.trim().toUpperCase(), name, terms, ...moments, ...limits });
    return undefined;
  };
  const send = async (): Promise<void> => {
    const codes = await make(termsOf(gives, typed.value, typed.min_order, currency, before?.terms));
    announce(words.done);
    done(codes);
  };
  const check = (): Record<string, string> | undefined => {
    const errors: Record<string, string> = {};
    if (kind === "coupon" && !before && !/^[a-z0-9][a-z0-9_-]{2,39}$/i.test(typed.code.trim())) errors.code = "Three or more letters and digits, with - and _ between.";
    if (kind === "codes" && !(/^[1-9]\d{0,3}$/.test(typed.count.trim()) && Number(typed.count) <= MOST_CODES)) errors.count = `Please type a number from 1 to ${MOST_CODES}.`;
    if (kind === "codes" && !/^[a-z0-9]{0,20}$/i.test(typed.prefix.trim())) errors.prefix = "Letters and digits, twenty at most.";
    if (typed.name.trim() === "") errors.name = "Please type what customers read.";
    if (hasValue(gives) && !reads(gives, typed.value, currency)) errors.value = "Please type a number above zero.";
    if (typed.min_order.trim() && !readMoney(typed.min_order, currency)) errors.min_order = "Please type an amount.";
    for (const name of ["usage_limit", "per_customer_limit"] as const) if (!/^(|[1-9]\d{0,5})$/.test(typed[name].trim())) errors[name] = "Please type a whole number.";
    for (const name of ["from", "until"] as const) if (!(typed[name] === "" && kind !== "campaign") && Number.isNaN(Date.parse(typed[name]))) errors[name] = "Please choose a day and a time.";
    return Object.keys(errors).length > 0 ? errors : undefined;
  };
  return (
    <div class="panel">
      <h2>{words.title}</h2>
      <Form sending={sending} submit={words.submit} busy="Saving…" send={send} check={check} cancel={cancel} label={words.title}>
        <div class="fields">
          {kind === "codes" && <Field label="How many" autocomplete="off" inputMode="numeric" hint="Each is good for one use." {...field("count")} />}
          {kind === "codes" && <Field label="Begin with (if anything)" autocomplete="off" hint="Like SPRING" {...field("prefix")} />}
          {kind === "coupon" && !before && <Field label="Code" autocomplete="off" hint="What customers type, like SPRING-10" {...field("code")} />}
          <Field label="Name" autocomplete="off" hint="What customers read" {...field("name")} />
          <Choice label="What it gives" value={gives} set={(value) => setGives(value as Kind)} options={gives === "tiers" ? TIERS : KINDS} />
          {hasValue(gives) && <Field label={gives === "buy_get" ? "Units to buy" : "How much"} inputMode="decimal" unit={gives === "percent" ? "%" : gives === "fixed" ? currency : "units"} {...field("value")} />}
          <Field label="From an order of (if any)" inputMode="decimal" unit={currency} {...field("min_order")} />
          {kind === "coupon" && <Field label="Uses in all (if limited)" inputMode="numeric" {...field("usage_limit")} />}
          {kind === "coupon" && <Field label="Uses for each customer (if limited)" inputMode="numeric" {...field("per_customer_limit")} />}
          <Field label="Begins" type="datetime-local" step="1" {...field("from")} />
          <Field label="Ends" type="datetime-local" step="1" {...field("until")} />
        </div>
      </Form>
    </div>
  );
}

/** Whether the value can be read as what the kind needs. */
function reads(kind: Kind, value: string, currency: string): boolean {
  if (kind === "fixed") return (readMoney(value, currency)?.amount ?? 0) > 0;
  if (kind === "buy_get") return /^[1-9]\d{0,2}$/.test(value.trim());
  return Number(value) > 0 && Number(value) <= 100;
}

function hasValue(kind: Kind): boolean {
  return kind !== "free_shipping" && kind !== "tiers";
}

function fresh(): Record<Name, string> {
  return { code: "", count: "10", prefix: "", name: "", value: "10", min_order: "", usage_limit: "", per_customer_limit: "", from: toField(serverNow()), until: toField(serverNow() + WEEK) };
}

function typedOf(before: Coupon | Campaign): Record<Name, string> {
  const { reward, min_order } = before.terms;
  const value = reward.type === "percent" ? String(reward.share / 100) : reward.type === "fixed" ? typedMoney(reward.amount) : reward.type === "buy_get" ? String(reward.buy) : "10";
  const [from, until] = "code" in before ? [before.valid_from, before.valid_until] : [before.start_date, before.end_date];
  const limits = "code" in before ? { usage_limit: String(before.usage_limit ?? ""), per_customer_limit: String(before.per_customer_limit ?? "") } : {};
  const moment = (time: string | null): string => (time === null ? "" : toField(Date.parse(time)));
  return { ...fresh(), name: before.name, value, min_order: min_order ? typedMoney(min_order) : "", ...limits, from: moment(from), until: moment(until) };
}

function currencyOf({ reward, min_order }: Coupon["terms"]): string | undefined {
  return reward.type === "fixed" ? reward.amount.currency : (min_order ?? undefined)?.currency;
}

/** The terms that the form says. What it has no field for (which goods, for whom, together with what) stays. */
function termsOf(kind: Kind, value: string, minimum: string, currency: string, before: Coupon["terms"] | undefined): TermsInput {
  const rest = before?.reward.type === kind ? before.reward : kind === "buy_get" ? { get: 1 } : {};
  return { ...before, reward: { ...rest, ...rewardOf(kind, value, currency) } as TermsInput["reward"], min_order: minimum.trim() ? readMoney(minimum, currency) : null };
}

function rewardOf(kind: Kind, value: string, currency: string): object {
  switch (kind) {
    case "percent":
      return { type: kind, share: Math.round(Number(value) * 100) };
    case "fixed":
      return { type: kind, amount: readMoney(value, currency)! };
    case "buy_get":
      return { type: kind, buy: Number(value) };
    case "free_shipping":
    case "tiers":
      return { type: kind };
  }
}
