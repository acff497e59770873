import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Brand, Category } from "../../contract";
import { call } from "../../core/api";
import { slugOf } from "../../core/format";
import { newId } from "../../core/ids";
import { ConfirmButton } from "../../parts/confirm";
import { Choice, Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";

interface Ends {
  done: () => void;
  cancel: () => void;
}

/** A category: its name, and where it hangs. Its address stays as it was made. */
export function CategoryForm({ all, known, done, cancel }: Ends & { all: readonly Category[]; known: Category | undefined }): JSX.Element {
  const id = useMemo(() => known?.id ?? newId(), []);
  const [typed, setTyped] = useState({ name: known?.name ?? "", parent: known?.parent_id ?? "" });
  const sending = useSending(["name", "slug", "parent_id"]);
  const send = async (): Promise<void> => {
    const said = { category_id: id, name: typed.name.trim(), parent_id: typed.parent || null };
    if (known) await call("catalog.edit_category", said);
    else await call("catalog.create_category", { ...said, slug: slugOf(typed.name) });
    done();
  };
  const remove = async (): Promise<void> => {
    await call("catalog.delete_category", { category_id: id });
    done();
  };
  // Nothing hangs below itself.
  const parents = all.filter((it) => !known || !it.path.includes(known.slug));
  return (
    <Form sending={sending} submit="Save the category" busy="Saving…" label="Category" cancel={cancel} check={() => missing({ name: typed.name }, { name: "its name" })} send={send}>
      <div class="fields">
        <Field label="Name" name="name" autocomplete="off" value={typed.name} set={(name) => setTyped({ ...typed, name })} error={sending.errors.name ?? sending.errors.slug} />
        <Choice label="Below" value={typed.parent} set={(parent) => setTyped({ ...typed, parent })} options={[["", "Nothing, it is a root"], ...parents.map((it) => [it.id, it.path.join(" / ")] as const)]} error={sending.errors.parent_id} />
      </div>
      {known && (
        <p>
          <ConfirmButton text={`Remove ${known.name}`} title="Remove this category?" action="Remove it" run={remove}>
            Only one that nothing refers to can go.
          </ConfirmButton>
        </p>
      )}
    </Form>
  );
}

/** A brand: its name and its address. */
export function BrandForm({ known, done, cancel }: Ends & { known: Brand | undefined }): JSX.Element {
  const id = useMemo(() => known?.id ?? newId(), []);
  const [name, setName] = useState(known?.name ?? "");
  const sending = useSending(["name", "slug"]);
  const send = async (): Promise<void> => {
    await call(known ? "catalog.edit_brand" : "catalog.create_brand", { brand_id: id, name: name.trim(), slug: known?.slug ?? slugOf(name) });
    done();
  };
  return (
    <Form sending={sending} submit="Save the brand" busy="Saving…" label="Brand" cancel={cancel} check={() => missing({ name }, { name: "its name" })} send={send}>
      <Field label="Name" name="name" autocomplete="off" value={name} set={setName} error={sending.errors.name ?? sending.errors.slug} />
    </Form>
  );
}
