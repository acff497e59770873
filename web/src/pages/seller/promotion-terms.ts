import type { Campaign, Coupon, Exclusive, Scope, TermsInput } from "../../contract";
import { readMoney, typed as typedMoney } from "../../core/format";

export const KINDS = [
  ["percent", "Percent off"],
  ["fixed", "An amount off"],
  ["free_shipping", "Free shipping"],
  ["buy_get", "Buy some, get some cheaper"],
  ["tiers", "The more, the cheaper"],
] as const;

export type Kind = (typeof KINDS)[number][0];

export const EXCLUSIVE: readonly (readonly [Exclusive, string])[] = [
  ["no", "It goes with others"],
  ["lines", "Alone on the goods that it lowers"],
  ["order", "Alone in the order"],
];

/** What the form cannot say is kept as it is. */
export const KEPT = "kept";

/** The terms of a promotion as they are typed. */
export interface Typed {
  gives: Kind;
  value: string;
  at_most: string;
  get: string;
  share: string;
  steps: string;
  min_order: string;
  /** `c:` and a category, `p:` and a product, nothing for all goods. */
  goods: string;
  group: string;
  newcomers: boolean;
  countries: string;
  stacking: string;
  priority: string;
  exclusive: Exclusive;
}

/** The names of those that are typed as text. */
export type Texts = Exclude<keyof Typed, "gives" | "newcomers" | "exclusive">;

export const TEXTS: readonly Texts[] = ["value", "at_most", "get", "share", "steps", "min_order", "countries", "stacking", "priority"];

const FRESH: Typed = {
  gives: "percent",
  value: "10",
  at_most: "",
  get: "1",
  share: "100",
  steps: "3: 5, 10: 10",
  min_order: "",
  goods: "",
  group: "",
  newcomers: false,
  countries: "",
  stacking: "",
  priority: "0",
  exclusive: "no",
};

export function typedTerms(terms: Coupon["terms"] | Campaign["terms"] | undefined): Typed {
  if (!terms) return FRESH;
  const { reward, scope, audience, stacking, min_order } = terms;
  return {
    ...FRESH,
    ...typedReward(reward),
    gives: reward.type,
    min_order: min_order ? typedMoney(min_order) : "",
    goods: typedGoods(scope),
    group: audience.groups.length > 1 ? KEPT : (audience.groups[0] ?? ""),
    newcomers: audience.newcomers,
    countries: audience.countries.join(", "),
    stacking: stacking.group,
    priority: String(stacking.priority),
    exclusive: stacking.exclusive,
  };
}

function typedReward(reward: Coupon["terms"]["reward"]): Partial<Typed> {
  switch (reward.type) {
    case "percent":
      return { value: percent(reward.share), at_most: reward.at_most ? typedMoney(reward.at_most) : "" };
    case "fixed":
      return { value: typedMoney(reward.amount) };
    case "free_shipping":
      return { at_most: reward.at_most ? typedMoney(reward.at_most) : "" };
    case "buy_get":
      return { value: String(reward.buy), get: String(reward.get), share: percent(reward.share) };
    case "tiers":
      return { steps: reward.steps.map(({ quantity, share }) => `${quantity}: ${percent(share)}`).join(", ") };
  }
}

function typedGoods({ categories, products, variants }: Scope): string {
  if (categories.length + products.length + variants.length > 1 || variants.length > 0) return KEPT;
  if (categories[0] !== undefined) return `c:${categories[0]}`;
  return products[0] === undefined ? "" : `p:${products[0]}`;
}

/** The terms that the form says. What it has no field for stays as it was. */
export function termsOf(typed: Typed, currency: string, before: Coupon["terms"] | undefined): TermsInput {
  const same = before?.reward.type === typed.gives ? before.reward : {};
  return {
    reward: { ...same, ...rewardOf(typed, currency) } as TermsInput["reward"],
    scope: typed.goods === KEPT ? before?.scope : { ...scopeOf(typed.goods), sellers: before?.scope.sellers },
    audience: { groups: typed.group === KEPT ? before?.audience.groups : [typed.group].filter(Boolean), newcomers: typed.newcomers, countries: countriesIn(typed.countries) },
    stacking: { group: typed.stacking.trim(), priority: Number(typed.priority), exclusive: typed.exclusive },
    min_order: amount(typed.min_order, currency),
  };
}

function rewardOf(typed: Typed, currency: string): object {
  const { gives: type, value } = typed;
  switch (type) {
    case "percent":
      return { type, share: basisPoints(value), at_most: amount(typed.at_most, currency) };
    case "fixed":
      return { type, amount: readMoney(value, currency)! };
    case "free_shipping":
      return { type, at_most: amount(typed.at_most, currency) };
    case "buy_get":
      return { type, buy: Number(value), get: Number(typed.get), share: basisPoints(typed.share) };
    case "tiers":
      return { type, steps: stepsIn(typed.steps) };
  }
}

/** What cannot be read, by field. The shop itself judges the rest. */
export function checkTerms(typed: Typed, currency: string): Record<string, string> {
  const errors: Record<string, string> = {};
  const units = (name: "value" | "get"): void => {
    if (!/^[1-9]\d{0,2}$/.test(typed[name].trim())) errors[name] = "Please type a whole number above zero.";
  };
  const share = (name: "value" | "share"): void => {
    if (!isShare(typed[name])) errors[name] = "Please type a percentage, like 12.5.";
  };
  if (typed.gives === "percent") share("value");
  if (typed.gives === "fixed" && !((readMoney(typed.value, currency)?.amount ?? 0) > 0)) errors.value = "Please type an amount above zero.";
  if (typed.gives === "buy_get") {
    units("value");
    units("get");
    share("share");
  }
  if (typed.gives === "tiers" && stepsIn(typed.steps) === undefined) errors.steps = "Please type numbers of units with percentages, like 3: 5, 10: 10.";
  for (const name of ["at_most", "min_order"] as const) if (typed[name].trim() && !readMoney(typed[name], currency)) errors[name] = "Please type an amount.";
  if (!/^-?\d{1,3}$/.test(typed.priority.trim())) errors.priority = "Please type a whole number.";
  if (!countriesIn(typed.countries).every((it) => /^[A-Z]{2}$/.test(it))) errors.countries = "Please type codes of countries, like DE, AT.";
  return errors;
}

function scopeOf(goods: string): { categories?: string[]; products?: string[] } {
  if (goods.startsWith("c:")) return { categories: [goods.slice(2)] };
  return goods.startsWith("p:") ? { products: [goods.slice(2)] } : {};
}

function countriesIn(text: string): string[] {
  return text.toUpperCase().split(/[\s,;]+/).filter(Boolean);
}

/** "3: 5, 10: 10" as from three units 5 %, from ten 10 %; nothing where that is not what it says. */
function stepsIn(text: string): { quantity: number; share: number }[] | undefined {
  const steps = text.split(/[,;]/).map((step) => /^\s*([1-9]\d{0,5})\s*[:=]\s*([\d.]+)\s*%?\s*$/.exec(step));
  if (!steps.every((it) => it !== null && isShare(it[2]!))) return undefined;
  return steps.map((it) => ({ quantity: Number(it![1]), share: basisPoints(it![2]!) }));
}

function isShare(text: string): boolean {
  return Number(text) >= 0.01 && Number(text) <= 100;
}

function basisPoints(text: string): number {
  return Math.round(Number(text) * 100);
}

function percent(share: number): string {
  return String(share / 100);
}

function amount(text: string, currency: string): ReturnType<typeof readMoney> | null {
  return text.trim() ? readMoney(text, currency) : null;
}
