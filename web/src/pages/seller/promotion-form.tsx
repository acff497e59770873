import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { TermsInput } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { serverNow } from "../../core/clock";
import { readMoney } from "../../core/format";
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

type Kind = (typeof KINDS)[number][0];

const FIELDS = ["code", "name", "value", "min_order", "usage_limit", "per_customer_limit", "from", "until"] as const;
type Name = (typeof FIELDS)[number];

const WEEK = 7 * 86_400_000;

interface Props {
  kind: "coupon" | "campaign";
  done: () => void;
  cancel: () => void;
}

/** A new coupon, or a campaign that needs no code, for the goods of one's own shop. */
export function NewPromotion(props: Props): JSX.Element {
  // Amounts are in the currency of what the shop sells.
  const goods = useLoaded("own currency", () => call("catalog.list_seller_products", { limit: 1 }));
  if (!goods.value && goods.error === undefined) return <Loading />;
  return <PromotionForm {...props} currency={goods.value?.items[0]?.price.currency ?? "EUR"} />;
}

function PromotionForm({ kind, done, cancel, currency }: Props & { currency: string }): JSX.Element {
  const id = useMemo(newId, []);
  const [gives, setGives] = useState<Kind>("percent");
  const [typed, setTyped] = useState<Record<Name, string>>(() => ({ code: "", name: "", value: "10", min_order: "", usage_limit: "", per_customer_limit: "", from: toField(serverNow()), until: toField(serverNow() + WEEK) }));
  const sending = useSending(FIELDS);
  const field = (name: Name): { name: string; value: string; set: (value: string) => void; error: string | undefined } => ({ name, value: typed[name], set: (value) => setTyped({ ...typed, [name]: value }), error: sending.errors[name] });
  const number = (name: Name): number | null => (typed[name].trim() ? Number(typed[name]) : null);
  const moment = (name: Name): string => new Date(typed[name]).toISOString();

  const send = async (): Promise<void> => {
    const terms = termsOf(gives, typed.value, typed.min_order, currency);
    if (kind === "campaign") await call("campaigns.create", { campaign_id: id, name: typed.name, terms, start_date: moment("from"), end_date: moment("until") });
    else await call("coupons.create", { coupon_id: id, code: typed.code.trim().toUpperCase(), name: typed.name, terms, valid_from: moment("from"), valid_until: moment("until"), usage_limit: number("usage_limit"), per_customer_limit: number("per_customer_limit") });
    announce(kind === "campaign" ? "The campaign is set up." : "The coupon is made.");
    done();
  };
  const check = (): Record<string, string> | undefined => {
    const errors: Record<string, string> = {};
    if (kind === "coupon" && !/^[a-z0-9][a-z0-9_-]{2,39}$/i.test(typed.code.trim())) errors.code = "Three or more letters and digits, with - and _ between.";
    if (typed.name.trim() === "") errors.name = "Please type what customers read.";
    if (gives !== "free_shipping" && !reads(gives, typed.value, currency)) errors.value = "Please type a number above zero.";
    if (typed.min_order.trim() && !readMoney(typed.min_order, currency)) errors.min_order = "Please type an amount.";
    for (const name of ["usage_limit", "per_customer_limit"] as const) if (!/^(|[1-9]\d{0,5})$/.test(typed[name].trim())) errors[name] = "Please type a whole number.";
    for (const name of ["from", "until"] as const) if (Number.isNaN(Date.parse(typed[name]))) errors[name] = "Please choose a day and a time.";
    return Object.keys(errors).length > 0 ? errors : undefined;
  };
  return (
    <div class="panel">
      <h2>{kind === "campaign" ? "New campaign" : "New coupon"}</h2>
      <Form sending={sending} submit={kind === "campaign" ? "Set it up" : "Make the coupon"} busy="Saving…" send={send} check={check} cancel={cancel} label={kind === "campaign" ? "New campaign" : "New coupon"}>
        <div class="fields">
          {kind === "coupon" && <Field label="Code" autocomplete="off" hint="What customers type, like SPRING-10" {...field("code")} />}
          <Field label="Name" autocomplete="off" hint="What customers read" {...field("name")} />
          <Choice label="What it gives" value={gives} set={(value) => setGives(value as Kind)} options={KINDS} />
          {gives !== "free_shipping" && <Field label={gives === "buy_get" ? "Units to buy" : "How much"} inputMode="decimal" unit={gives === "percent" ? "%" : gives === "fixed" ? currency : "units"} {...field("value")} />}
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

function termsOf(kind: Kind, value: string, minimum: string, currency: string): TermsInput {
  const min_order = minimum.trim() ? readMoney(minimum, currency) : null;
  switch (kind) {
    case "percent":
      return { reward: { type: "percent", share: Math.round(Number(value) * 100) }, min_order };
    case "fixed":
      return { reward: { type: "fixed", amount: readMoney(value, currency)! }, min_order };
    case "free_shipping":
      return { reward: { type: "free_shipping" }, min_order };
    case "buy_get":
      return { reward: { type: "buy_get", buy: Number(value), get: 1 }, min_order };
  }
}
