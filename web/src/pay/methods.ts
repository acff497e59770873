import { useEffect, useRef } from "preact/hooks";
import type { SavedMethod } from "../contract";
import { call } from "../core/api";
import { methodNews } from "../core/belongings";
import { serverNow } from "../core/clock";
import { useLoaded, type Loaded } from "../core/loading";
import { me } from "../core/session";

/** One's saved cards. The list changes as they do, on whatever device; nobody who is not signed in has any. */
export function useMethods(): Loaded<readonly SavedMethod[]> {
  const who = me.value;
  const loaded = useLoaded(who ? `methods ${who.id}` : "", () => call("payments.list_methods", {}));
  const news = methodNews.value;
  const seen = useRef(news);
  useEffect(() => {
    if (news === seen.current) return;
    seen.current = news;
    loaded.again();
  }, [news]);
  return who === null ? { ...loaded, value: [] } : loaded;
}

/** A card as its owner knows it. */
export function methodName({ brand, last4 }: SavedMethod): string {
  return `${BRANDS[brand] ?? brand} •••• ${last4}`;
}

/** Until when it is good, as it stands on the card. */
export function goodUntil({ exp_month, exp_year }: SavedMethod): string {
  return `${String(exp_month).padStart(2, "0")}/${exp_year % 100}`;
}

/** Whether its last month is over. */
export function hasExpired({ exp_month, exp_year }: SavedMethod): boolean {
  const now = new Date(serverNow());
  return exp_year * 12 + exp_month - 1 < now.getUTCFullYear() * 12 + now.getUTCMonth();
}

const BRANDS: Readonly<Record<string, string>> = {
  amex: "American Express",
  diners: "Diners Club",
  discover: "Discover",
  jcb: "JCB",
  mastercard: "Mastercard",
  unionpay: "UnionPay",
  visa: "Visa",
};
