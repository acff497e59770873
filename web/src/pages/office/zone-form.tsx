import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Rate, Zone } from "../../contract";
import { call } from "../../core/api";
import { newId } from "../../core/ids";
import { toField, toTime } from "../../core/moments";
import { Field, Tick } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";

const WHOLE = 10_000; // millionths in a percent

interface Props {
  zone?: Zone;
  saved: () => void;
  cancel: () => void;
}

interface Typed extends Pick<Rate, "name" | "tax_class"> {
  percent: string;
  from: string;
  until: string;
}

const FRESH: Typed = { name: "VAT", percent: "", tax_class: "standard", from: "", until: "" };

/** Where the same taxes hold, and which. */
export function ZoneForm({ zone, saved, cancel }: Props): JSX.Element {
  const [typed, setTyped] = useState({ name: zone?.name ?? "", places: zone?.places.join(", ") ?? "", inclusive: zone?.inclusive ?? true });
  const [rates, setRates] = useState<readonly Typed[]>(() => zone?.rates.map(typedOf) ?? [FRESH]);
  const zoneId = useMemo(() => zone?.id ?? newId(), [zone]);
  const sending = useSending(["name", "places", "rates"]);
  const check = (): Record<string, string> | undefined => missing({ name: typed.name, places: typed.places }, { name: "a name", places: "countries or regions" }) ?? unread(rates);
  const send = async (): Promise<void> => {
    await call("taxes.save_zone", { zone_id: zoneId, name: typed.name.trim(), places: placesIn(typed.places), inclusive: typed.inclusive, rates: rates.map(rateOf) });
    saved();
  };
  const edit = (index: number, change: Partial<Typed>): void => setRates(rates.map((rate, at) => (at === index ? { ...rate, ...change } : rate)));
  return (
    <Form sending={sending} submit={zone ? "Save the zone" : "Add the zone"} busy="Saving…" label={zone ? `Edit ${zone.name}` : "New zone"} check={check} send={send} cancel={cancel}>
      <div class="fields">
        <Field label="Name" name="name" autocomplete="off" value={typed.name} set={(name) => setTyped({ ...typed, name })} error={sending.errors.name} />
        <Field label="Countries and regions" name="places" autocomplete="off" hint="ISO codes with commas, like DE, US-NY." value={typed.places} set={(places) => setTyped({ ...typed, places })} error={sending.errors.places} />
      </div>
      <Tick label="Prices include the taxes" value={typed.inclusive} set={(inclusive) => setTyped({ ...typed, inclusive })} />
      {rates.map((rate, index) => (
        <fieldset key={index} class="fields">
          <legend>Rate {index + 1}</legend>
          <Field label="Tax" name={`rate_name_${index}`} autocomplete="off" value={rate.name} set={(name) => edit(index, { name })} />
          <Field label="Percentage" name={`rate_${index}`} inputMode="decimal" unit="%" autocomplete="off" value={rate.percent} set={(percent) => edit(index, { percent })} error={sending.errors[`rate_${index}`]} />
          <Field label="Tax class" name={`rate_class_${index}`} autocomplete="off" value={rate.tax_class} set={(tax_class) => edit(index, { tax_class })} />
          <Field label="Holds from" name={`rate_from_${index}`} type="datetime-local" step="1" hint="Empty: since ever." value={rate.from} set={(from) => edit(index, { from })} />
          <Field label="Until" name={`rate_until_${index}`} type="datetime-local" step="1" hint="Empty: for ever." value={rate.until} set={(until) => edit(index, { until })} error={sending.errors[`rate_until_${index}`]} />
          <button type="button" class="button button-quiet button-small" onClick={() => setRates(rates.filter((_, at) => at !== index))}>
            Remove<span class="hidden"> rate {index + 1}</span>
          </button>
        </fieldset>
      ))}
      <button type="button" class="button button-quiet button-small" onClick={() => setRates([...rates, FRESH])}>
        Add a rate
      </button>
    </Form>
  );
}

function typedOf({ name, rate, tax_class, valid_from, valid_until }: Rate): Typed {
  return { name, tax_class, percent: percentage(rate), from: toField(valid_from), until: toField(valid_until) };
}

function rateOf({ name, percent, tax_class, from, until }: Typed): Rate {
  return { name: name.trim(), tax_class: tax_class.trim(), rate: millionths(percent) ?? 0, valid_from: toTime(from), valid_until: toTime(until) };
}

/** Places as people list them. */
export function placesIn(text: string): string[] {
  return text.toUpperCase().split(/[\s,;]+/).filter(Boolean);
}

/** Millionths as a percentage. */
export function percentage(rate: number): string {
  return String(rate / WHOLE);
}

/** A percentage as millionths; nothing when it is none from 0 to 100 with four digits at most after the point. */
function millionths(text: string): number | undefined {
  const digits = text.trim().replace(",", ".");
  const rate = /^\d{1,3}(\.\d{1,4})?$/.test(digits) ? Math.round(Number(digits) * WHOLE) : NaN;
  return rate <= 100 * WHOLE ? rate : undefined;
}

function unread(rates: readonly Typed[]): Record<string, string> | undefined {
  const errors: Record<string, string> = {};
  rates.forEach(({ percent, from, until }, index) => {
    if (millionths(percent) === undefined) errors[`rate_${index}`] = "Please type a percentage from 0 to 100, like 8.875.";
    if (from && until && until <= from) errors[`rate_until_${index}`] = "It ends before it begins.";
  });
  return Object.keys(errors).length > 0 ? errors : undefined;
}
