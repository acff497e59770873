import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Warehouse } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { newId } from "../../core/ids";
import { useLoaded } from "../../core/loading";
import { Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Loading, Trouble } from "../../parts/states";

/** The places where a shop keeps its goods. */
export function Warehouses(): JSX.Element {
  const { value, error, again } = useLoaded("warehouses", () => call("inventory.list_warehouses", {}));
  const [renaming, setRenaming] = useState("");
  const saved = (name: string): void => {
    announce(`${name} is saved.`);
    setRenaming("");
    again();
  };
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value) return <Loading />;
  return (
    <section aria-labelledby="warehouses">
      <h2 id="warehouses">Warehouses</h2>
      <ul class="rows">
        {value.map((it) => (
          <li key={it.id} class="row row-open">
            {renaming === it.id ? <Name of={it} saved={saved} cancel={() => setRenaming("")} /> : <Row of={it} rename={() => setRenaming(it.id)} />}
          </li>
        ))}
      </ul>
      <Name key={value.length} saved={saved} />
    </section>
  );
}

function Row({ of, rename }: { of: Warehouse; rename: () => void }): JSX.Element {
  return (
    <div class="row-line">
      <p class="row-main row-title">{of.name}</p>
      <button type="button" class="button button-quiet button-small" onClick={rename}>
        Rename<span class="hidden"> {of.name}</span>
      </button>
    </div>
  );
}

interface NameProps {
  of?: Warehouse;
  saved: (name: string) => void;
  cancel?: () => void;
}

/** What a warehouse is called; without one, a new warehouse. */
function Name({ of, saved, cancel }: NameProps): JSX.Element {
  const [name, setName] = useState(of?.name ?? "");
  const id = useMemo(() => of?.id ?? newId(), [name]);
  const sending = useSending(["name"]);
  const send = async (): Promise<void> => {
    await call(of ? "inventory.edit_warehouse" : "inventory.create_warehouse", { warehouse_id: id, name });
    saved(name);
  };
  return (
    <Form sending={sending} submit={of ? "Save the name" : "Add the warehouse"} busy="Saving…" label={of ? `Rename ${of.name}` : "New warehouse"} send={send} cancel={cancel} check={() => (name.trim() ? undefined : { name: "Please type its name." })}>
      <Field label={of ? `New name of ${of.name}` : "Name"} name="name" autocomplete="off" value={name} set={setName} error={sending.errors.name} />
    </Form>
  );
}
