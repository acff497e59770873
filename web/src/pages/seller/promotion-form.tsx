import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Campaign, Coupon, ProductCard, TermsInput } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { serverNow } from "../../core/clock";
import { newId } from "../../core/ids";
import { useLoaded } from "../../core/loading";
import { toField, toTime } from "../../core/moments";
import { me } from "../../core/session";
import { Field, Tick } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Loading } from "../../parts/states";
import { TextArea } from "../../parts/text-area";
import { RewardFields, RuleFields } from "./promotion-fields";
import { checkTerms, termsOf, TEXTS, typedTerms, type Typed } from "./promotion-terms";

const OWN = ["code", "count", "prefix", "name", "usage_limit", "per_customer_limit", "from", "until", "banner_url"] as const;
type Name = (typeof OWN)[number];

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
  // Amounts are in the currency of what is sold, unless the promotion says another.
  const seller = me.value?.seller_id;
  const goods = useLoaded(`goods of ${seller}`, () => (seller ? call("sellers.list_products", { seller, limit: 100 }) : call("catalog.list_products", { limit: 100 })));
  if (!goods.value && goods.error === undefined) return <Loading />;
  const products = goods.value?.items ?? [];
  const currency = (props.before && currencyOf(props.before.terms)) ?? products[0]?.price.currency ?? "EUR";
  return <PromotionForm {...props} products={products} currency={currency} />;
}

function PromotionForm({ kind, before, done, cancel, currency, products }: Props & { currency: string; products: readonly ProductCard[] }): JSX.Element {
  const id = useMemo(() => before?.id ?? newId(), []);
  const [typed, setTyped] = useState<Record<Name, string>>(() => (before ? typedOf(before) : fresh()));
  const [rule, setRule] = useState<Typed>(() => typedTerms(before?.terms));
  const [description, setDescription] = useState(before && "description" in before ? before.description : "");
  const [automatic, setAutomatic] = useState(before !== undefined && "automatic" in before && before.automatic);
  const words = before ? { title: `Change ${before.name}`, submit: "Save", done: "Saved." } : WORDS[kind];
  const sending = useSending([...OWN, ...TEXTS]);
  const field = (name: Name): { name: string; value: string; set: (value: string) => void; error: string | undefined } => ({ name, value: typed[name], set: (value) => setTyped({ ...typed, [name]: value }), error: sending.errors[name] });
  const number = (name: Name): number | null => (typed[name].trim() ? Number(typed[name]) : null);
  const terms = { typed: rule, set: (change: Partial<Typed>) => setRule({ ...rule, ...change }), errors: sending.errors, currency };

  const make = async (terms: TermsInput): Promise<readonly string[] | undefined> => {
    const { name } = typed;
    const [from, until] = [toTime(typed.from), toTime(typed.until)];
    const moments = { valid_from: from, valid_until: until };
    const coupon = { coupon_id: id, name, terms, ...moments, usage_limit: number("usage_limit"), per_customer_limit: number("per_customer_limit"), automatic };
    if (kind === "campaign") {
      const campaign = { campaign_id: id, name, terms, start_date: from!, end_date: until!, description, banner_url: typed.banner_url.trim() || null };
      await call(before ? "campaigns.edit" : "campaigns.create", campaign);
    } else if (kind === "codes") return (await call("coupons.generate", { batch_id: id, count: Number(typed.count), prefix: typed.prefix.trim().toUpperCase(), name, terms, ...moments })).codes;
    else if (before && "active" in before) await call("coupons.edit", { ...coupon, active: before.active });
    else await call("coupons.create", { ...coupon, code: typed.code.trim().toUpperCase() });
    return undefined;
  };
  const send = async (): Promise<void> => {
    const codes = await make(termsOf(rule, currency, before?.terms));
    announce(words.done);
    done(codes);
  };
  const check = (): Record<string, string> | undefined => {
    const errors = { ...checkOwn(kind, typed, before === undefined), ...checkTerms(rule, currency) };
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
          <RewardFields {...terms} />
          {kind === "coupon" && <Field label="Uses in all (if limited)" inputMode="numeric" {...field("usage_limit")} />}
          {kind === "coupon" && <Field label="Uses for each customer (if limited)" inputMode="numeric" {...field("per_customer_limit")} />}
          <Field label="Begins" type="datetime-local" step="1" {...field("from")} />
          <Field label="Ends" type="datetime-local" step="1" {...field("until")} />
          {kind === "campaign" && <Field label="Picture (if any)" autocomplete="off" hint="Its address, with https" {...field("banner_url")} />}
        </div>
        {kind === "campaign" && <TextArea label="What customers read about it" name="description" rows={2} value={description} set={setDescription} error={sending.errors.description} />}
        {kind === "coupon" && <Tick label="It applies by itself" value={automatic} set={setAutomatic} />}
        <RuleFields {...terms} products={products} />
      </Form>
    </div>
  );
}

/** What is wrong with what is not the terms, by field. */
function checkOwn(kind: PromotionKind, typed: Record<Name, string>, isNew: boolean): Record<string, string> {
  const errors: Record<string, string> = {};
  if (kind === "coupon" && isNew && !/^[a-z0-9][a-z0-9_-]{2,39}$/i.test(typed.code.trim())) errors.code = "Three or more letters and digits, with - and _ between.";
  if (kind === "codes" && !(/^[1-9]\d{0,3}$/.test(typed.count.trim()) && Number(typed.count) <= MOST_CODES)) errors.count = `Please type a number from 1 to ${MOST_CODES}.`;
  if (kind === "codes" && !/^[a-z0-9]{0,20}$/i.test(typed.prefix.trim())) errors.prefix = "Letters and digits, twenty at most.";
  if (typed.name.trim() === "") errors.name = "Please type what customers read.";
  if (typed.banner_url.trim() && !/^(https:\/\/|\/)\S+$/.test(typed.banner_url.trim())) errors.banner_url = "Please type an address that begins with https.";
  for (const name of ["usage_limit", "per_customer_limit"] as const) if (!/^(|[1-9]\d{0,5})$/.test(typed[name].trim())) errors[name] = "Please type a whole number.";
  for (const name of ["from", "until"] as const) if (!(typed[name] === "" && kind !== "campaign") && Number.isNaN(Date.parse(typed[name]))) errors[name] = "Please choose a day and a time.";
  return errors;
}

function fresh(): Record<Name, string> {
  return { code: "", count: "10", prefix: "", name: "", usage_limit: "", per_customer_limit: "", from: toField(serverNow()), until: toField(serverNow() + WEEK), banner_url: "" };
}

function typedOf(before: Coupon | Campaign): Record<Name, string> {
  const own = { ...fresh(), name: before.name };
  if (!("code" in before)) return { ...own, from: toField(before.start_date), until: toField(before.end_date), banner_url: before.banner_url };
  const limits = { usage_limit: String(before.usage_limit ?? ""), per_customer_limit: String(before.per_customer_limit ?? "") };
  return { ...own, ...limits, from: toField(before.valid_from), until: toField(before.valid_until) };
}

function currencyOf({ reward, min_order }: Coupon["terms"]): string | undefined {
  if (reward.type === "fixed") return reward.amount.currency;
  const cap = reward.type === "percent" || reward.type === "free_shipping" ? reward.at_most : null;
  return (cap ?? min_order ?? undefined)?.currency;
}
