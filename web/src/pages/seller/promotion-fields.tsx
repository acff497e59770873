import type { JSX } from "preact";
import type { ProductCard } from "../../contract";
import { call } from "../../core/api";
import { useCategories } from "../../core/goods";
import { useLoaded } from "../../core/loading";
import { Choice, Field, Tick } from "../../parts/field";
import { EXCLUSIVE, KEPT, KINDS, type Kind, type Texts, type Typed } from "./promotion-terms";

interface Props {
  typed: Typed;
  set: (change: Partial<Typed>) => void;
  errors: Readonly<Record<string, string>>;
  currency: string;
}

type Given = Pick<Parameters<typeof Field>[0], "name" | "value" | "set" | "error" | "autocomplete">;

function given({ typed, set, errors }: Props): (name: Texts) => Given {
  return (name) => ({ name, value: typed[name], set: (value) => set({ [name]: value }), error: errors[name], autocomplete: "off" });
}

/** What a promotion gives. */
export function RewardFields(props: Props): JSX.Element {
  const { typed, set, currency } = props;
  const field = given(props);
  const { gives } = typed;
  return (
    <>
      <Choice label="What it gives" value={gives} set={(value) => set({ gives: value as Kind })} options={KINDS} />
      {gives === "percent" && <Field label="How much" inputMode="decimal" unit="%" {...field("value")} />}
      {gives === "fixed" && <Field label="How much" inputMode="decimal" unit={currency} {...field("value")} />}
      {gives === "buy_get" && <Field label="Units to buy" inputMode="numeric" unit="units" {...field("value")} />}
      {gives === "buy_get" && <Field label="Units that get cheaper" inputMode="numeric" unit="units" {...field("get")} />}
      {gives === "buy_get" && <Field label="By how much" inputMode="decimal" unit="%" hint="100 % is free." {...field("share")} />}
      {gives === "tiers" && <Field label="From how many units which percentage" hint="Like 3: 5, 10: 10" {...field("steps")} />}
      {(gives === "percent" || gives === "free_shipping") && <Field label="At most (if limited)" inputMode="decimal" unit={currency} {...field("at_most")} />}
      <Field label="From an order of (if any)" inputMode="decimal" unit={currency} {...field("min_order")} />
    </>
  );
}

/** For which goods and people a promotion is, and together with what. */
export function RuleFields(props: Props & { products: readonly ProductCard[] }): JSX.Element {
  const { typed, set, products } = props;
  const field = given(props);
  const categories = useCategories().value ?? [];
  const groups = useLoaded("groups", () => call("groups.list", {})).value?.items ?? [];
  const goods = [["", "All goods"], ...categories.map((it) => [`c:${it.slug}`, `Category: ${it.name}`] as const), ...products.map((it) => [`p:${it.id}`, it.title] as const)] as const;
  const people = [["", "Everybody"], ...groups.map((it) => [it.name, it.title] as const)] as const;
  return (
    <details class="why">
      <summary>For what, for whom, together with what</summary>
      <div class="fields">
        <Choice label="For which goods" value={typed.goods} set={(value) => set({ goods: value })} options={kept(goods, typed.goods, "As it is: several")} />
        <Choice label="For which customers" value={typed.group} set={(group) => set({ group })} options={kept(people, typed.group, "As it is: several groups")} />
        <Field label="Only to these countries (if any)" hint="Codes like DE, AT" {...field("countries")} />
        <Field label="Of these only one" hint="Of promotions with the same word here, one lowers a line." {...field("stacking")} />
        <Field label="Priority" inputMode="numeric" hint="The higher comes first." {...field("priority")} />
        <Choice label="Beside other promotions" value={typed.exclusive} set={(value) => set({ exclusive: value as Typed["exclusive"] })} options={EXCLUSIVE} />
      </div>
      <Tick label="Only for the first order" value={typed.newcomers} set={(newcomers) => set({ newcomers })} />
    </details>
  );
}

/** The choices, with the one that is made where it is not among them. */
function kept(options: readonly (readonly [string, string])[], value: string, several: string): readonly (readonly [string, string])[] {
  if (options.some(([key]) => key === value)) return options;
  return [...options, [value, value === KEPT ? several : value]];
}
