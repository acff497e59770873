import type { JSX } from "preact";
import type { Attribute, Category } from "../../contract";
import { call } from "../../core/api";
import { useLoaded } from "../../core/loading";
import { Choice, Field } from "../../parts/field";

/** What products of a category say of themselves; not known until it is read. */
export function useAttributes(categories: readonly Category[], categoryId: string): readonly Attribute[] | undefined {
  const category = categories.find((it) => it.id === categoryId)?.slug ?? "";
  const all = useLoaded(`attributes of ${category}`, () => call("catalog.list_attributes", { category })).value;
  // Without a category only those that every product has.
  return category ? all : all?.filter((it) => it.category_id === null);
}

type Said = string | boolean | number;

/** What was said, as it is typed. */
export function typedValues(said: Readonly<Record<string, Said>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(said).map(([code, value]) => [code, String(value)]));
}

/** What was typed as the shop takes it; nothing of what was left empty. */
export function readValues(attributes: readonly Attribute[], typed: Readonly<Record<string, string>>): Record<string, Said> {
  const filled = attributes.map((it) => [it, (typed[it.code] ?? "").trim()] as const).filter(([, text]) => text !== "");
  return Object.fromEntries(filled.map(([it, text]) => [it.code, read(it, text)]));
}

/** What is no number is sent as it is: the shop says so. */
function read({ kind }: Attribute, text: string): Said {
  if (kind === "yes_no") return text === "true";
  const number = Number(text.replace(",", "."));
  return kind === "number" && Number.isFinite(number) ? number : text;
}

interface Props {
  attributes: readonly Attribute[];
  values: Readonly<Record<string, string>>;
  set: (values: Readonly<Record<string, string>>) => void;
  error: string | undefined;
}

/** What a product says of itself. */
export function AttributeFields({ attributes, values, set, error }: Props): JSX.Element | null {
  if (attributes.length === 0) return null;
  return (
    <fieldset class="variant-fields" aria-invalid={error ? "true" : undefined} tabIndex={error ? -1 : undefined}>
      <legend>Details</legend>
      {error && <p class="field-error">{error}</p>}
      <div class="fields">
        {attributes.map((it) => (
          <AttributeField key={it.id} attribute={it} value={values[it.code] ?? ""} set={(value) => set({ ...values, [it.code]: value })} />
        ))}
      </div>
    </fieldset>
  );
}

function AttributeField({ attribute, value, set }: { attribute: Attribute; value: string; set: (value: string) => void }): JSX.Element {
  const { name, kind, unit, choices, required } = attribute;
  const label = required ? `${name} (needed)` : name;
  if (kind === "choice") return <Choice label={label} value={value} set={set} options={[["", "Not said"], ...choices.map((it) => [it, it] as const)]} />;
  if (kind === "yes_no") {
    return (
      <Choice
        label={label}
        value={value}
        set={set}
        options={[
          ["", "Not said"],
          ["true", "Yes"],
          ["false", "No"],
        ]}
      />
    );
  }
  return <Field label={label} name={attribute.code} autocomplete="off" inputMode={kind === "number" ? "decimal" : undefined} unit={unit || undefined} value={value} set={set} />;
}
