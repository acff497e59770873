import type { Money } from "../contract";

const LANGUAGE = "en";
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string): Intl.NumberFormat {
  let format = formats.get(currency);
  if (!format) {
    // Not the narrow symbol: the dollars of Canada and of the United States are not the same money.
    format = new Intl.NumberFormat(LANGUAGE, { style: "currency", currency });
    formats.set(currency, format);
  }
  return format;
}

/** How many digits the minor unit of a currency has: 2 for USD, 0 for JPY. */
export function digits(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/** Money as people write it: `$12.90`. */
export function money({ amount, currency }: Money): string {
  return formatOf(currency).format(amount / 10 ** digits(currency));
}

/** Money as one types it into a field: `12.90`. */
export function typed({ amount, currency }: Money): string {
  return (amount / 10 ** digits(currency)).toFixed(digits(currency));
}

/** What was typed as money, or nothing when it is not an amount of this currency. */
export function readMoney(text: string, currency: string): Money | undefined {
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(text.trim());
  const places = digits(currency);
  const fraction = match?.[2] ?? "";
  if (!match || fraction.length > places) return undefined;
  return { amount: Number(match[1] + fraction.padEnd(places, "0")), currency };
}

/** How much less than before, in whole percent, never more than it really is. */
export function percentOff(now: Money, before: Money): number {
  return before.amount > 0 ? Math.floor((1 - now.amount / before.amount) * 100) : 0;
}

// Day before month, and 24 hours: what most of the world reads without a second thought.
const DATES = "en-GB";
const dateTime = new Intl.DateTimeFormat(DATES, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(DATES, { day: "numeric", month: "short", year: "numeric" });
const fullDateTime = new Intl.DateTimeFormat(DATES, { dateStyle: "full", timeStyle: "long" });
const clockTime = new Intl.DateTimeFormat(DATES, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

const HALF_A_YEAR = 183 * 86_400_000;

/** `21 Nov, 14:05`, in the reader's time zone; what is half a year away or more with its year instead of the hour. */
export function day(time: string): string {
  const moment = new Date(time);
  return (Math.abs(moment.getTime() - Date.now()) < HALF_A_YEAR ? dateTime : date).format(moment);
}

/** `21 Nov 2026`, in the reader's time zone: where the hour does not matter. */
export const calendarDay = (time: string): string => date.format(new Date(time));

/** Everything about a moment, for a tooltip. */
export const moment = (time: string): string => fullDateTime.format(new Date(time));

/** `14:05:09`, in the reader's time zone. */
export const clock = (time: string): string => clockTime.format(new Date(time));

/** `4:09` or `1:04:09`: whole seconds that are left, rounded up, so that it shows 0:00 only when nothing is left. */
export function left(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const end = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${end}` : `${minutes}:${end}`;
}

/** `2 hours`, `1 minute`, `10 seconds`: how long something is, for people who listen. */
export function spoken(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [amount, unit] =
    seconds >= 172_800 ? [Math.floor(seconds / 86_400), "day"] : seconds >= 7200 ? [Math.floor(seconds / 3600), "hour"] : seconds >= 120 ? [Math.floor(seconds / 60), "minute"] : [seconds, "second"];
  return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}

/** `1 unit`, `2 units`; `many` is what several are called, where an s is not enough. */
export function count(amount: number, noun: string, many = `${noun}s`): string {
  return `${amount.toLocaleString(LANGUAGE)} ${amount === 1 ? noun : many}`;
}

/** `2 to 5 days`, `1 day` */
export function dayRange(least: number, most: number): string {
  return least === most ? count(most, "day") : `${least} to ${count(most, "day")}`;
}

/** `Blue / M` */
export function optionText(options: Readonly<Record<string, string>>): string {
  return Object.values(options).join(" / ");
}

/** `Blue Mug, 0.3 l` as the end of an address: `blue-mug-0-3-l`. */
export function slugOf(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 100);
}
