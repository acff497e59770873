import type { CreateSale, FlashSale, LimitBy } from "../../contract";
import { readMoney, typed } from "../../core/format";
import { toField } from "../../core/moments";

/** The terms of a sale as they are typed. */
export interface Typed {
  sale_price: string;
  start_time: string;
  end_time: string;
  quantity_limit: string;
  per_customer_limit: string;
  hold_seconds: string;
  by_card: boolean;
  by_address: boolean;
  proof_of_work: boolean;
}

/** The names of those that are typed as text. */
export type Texts = Exclude<keyof Typed, "by_card" | "by_address" | "proof_of_work">;

export type Terms = Omit<CreateSale, "sale_id" | "variant_id">;
export const TERMS = ["sale_price", "start_time", "end_time", "quantity_limit", "per_customer_limit", "hold_seconds"] as const;

const MINUTE = 60_000;

/** Terms to begin with: in five minutes, for an hour. */
export function freshTerms(now: number): Typed {
  const start = Math.ceil(now / MINUTE + 5) * MINUTE;
  return {
    sale_price: "",
    start_time: toField(start),
    end_time: toField(start + 60 * MINUTE),
    quantity_limit: "10",
    per_customer_limit: "1",
    hold_seconds: "120",
    by_card: false,
    by_address: false,
    proof_of_work: false,
  };
}

/** The terms of a sale that exists, to be changed. */
export function termsOf(sale: FlashSale): Typed {
  return {
    sale_price: typed(sale.sale_price),
    start_time: toField(sale.start_time),
    end_time: toField(sale.end_time),
    quantity_limit: String(sale.quantity_limit),
    per_customer_limit: String(sale.per_customer_limit),
    hold_seconds: String(sale.hold_seconds),
    by_card: sale.limit_by.includes("card"),
    by_address: sale.limit_by.includes("address"),
    proof_of_work: sale.proof_of_work,
  };
}

/** What was typed as the shop takes it, or what cannot be read, by field. The shop itself judges the rest. */
export function readTerms(typed: Typed, currency: string, before?: FlashSale): { terms: Terms } | { errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const price = readMoney(typed.sale_price, currency);
  if (!price) errors.sale_price = `Please type an amount in ${currency}, like 12.90.`;
  const number = (name: "quantity_limit" | "per_customer_limit" | "hold_seconds"): number => {
    if (!/^\d{1,9}$/.test(typed[name].trim())) errors[name] = "Please type a whole number.";
    return Number(typed[name]);
  };
  const time = (name: "start_time" | "end_time"): string => {
    // A field knows no fractions below the second: what was not touched stays exactly as it is.
    if (before && typed[name] === toField(before[name])) return before[name];
    const moment = new Date(typed[name]);
    if (Number.isNaN(moment.getTime())) {
      errors[name] = "Please choose a day and a time.";
      return "";
    }
    return moment.toISOString();
  };
  const terms = {
    sale_price: price ?? { amount: 0, currency },
    start_time: time("start_time"),
    end_time: time("end_time"),
    quantity_limit: number("quantity_limit"),
    per_customer_limit: number("per_customer_limit"),
    hold_seconds: number("hold_seconds"),
    limit_by: [typed.by_card && "card", typed.by_address && "address"].filter((it) => it !== false) as LimitBy[],
    proof_of_work: typed.proof_of_work,
  };
  return Object.keys(errors).length > 0 ? { errors } : { terms };
}
