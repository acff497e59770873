import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Attribute, AttributeKind, Category } from "../../contract";
import { call } from "../../core/api";
import { slugOf } from "../../core/format";
import { newId } from "../../core/ids";
import { Choice, Field, Tick } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { TextArea } from "../../parts/text-area";

const KINDS: readonly (readonly [AttributeKind, string])[] = [
  ["text", "A text"],
  ["number", "A number"],
  ["choice", "One of some choices"],
  ["yes_no", "Yes or no"],
];

interface Props {
  categories: readonly Category[];
  known: Attribute | undefined;
  done: () => void;
  cancel: () => void;
}

const FRESH: Attribute = { id: "", code: "", name: "", kind: "text", category_id: null, unit: "", choices: [], required: false, filterable: false };

/** Something that products say of themselves. Its code, kind and category stay once it is there. */
export function AttributeForm({ categories, known, done, cancel }: Props): JSX.Element {
  const id = useMemo(() => known?.id ?? newId(), []);
  const [typed, setTyped] = useState(() => ({ ...(known ?? FRESH), choices: (known?.choices ?? []).join("\n") }));
  const sending = useSending(["name", "code", "unit", "choices", "category_id"]);
  const set = (some: Partial<typeof typed>): void => setTyped({ ...typed, ...some });
  const send = async (): Promise<void> => {
    const { name, unit, required, filterable, kind, category_id } = typed;
    const choices = typed.choices.split("\n").map((it) => it.trim()).filter(Boolean);
    const said = { attribute_id: id, name: name.trim(), unit, choices: kind === "choice" ? choices : [], required, filterable };
    if (known) await call("catalog.edit_attribute", said);
    else await call("catalog.create_attribute", { ...said, code: slugOf(name), kind, category_id });
    done();
  };
  return (
    <Form sending={sending} submit="Save the attribute" busy="Saving…" label="Attribute" cancel={cancel} check={() => missing({ name: typed.name }, { name: "its name" })} send={send}>
      <div class="fields">
        <Field label="Name" name="name" autocomplete="off" value={typed.name} set={(name) => set({ name })} error={sending.errors.name ?? sending.errors.code} />
        {!known && <Choice label="What is said" value={typed.kind} set={(kind) => set({ kind: kind as AttributeKind })} options={KINDS} />}
        {!known && <Choice label="Of products in" value={typed.category_id ?? ""} set={(category) => set({ category_id: category || null })} options={[["", "Every category"], ...categories.map((it) => [it.id, it.path.join(" / ")] as const)]} error={sending.errors.category_id} />}
        {typed.kind === "number" && <Field label="Unit" name="unit" autocomplete="off" hint="Like cm, kg or W" value={typed.unit} set={(unit) => set({ unit })} error={sending.errors.unit} />}
      </div>
      {typed.kind === "choice" && <TextArea label="Choices, one a line" name="choices" value={typed.choices} set={(choices) => set({ choices })} error={sending.errors.choices} />}
      <div class="ticks">
        <Tick label="A product cannot be published without it" value={typed.required} set={(required) => set({ required })} />
        <Tick label="Lists can be narrowed by it" value={typed.filterable} set={(filterable) => set({ filterable })} />
      </div>
    </Form>
  );
}
