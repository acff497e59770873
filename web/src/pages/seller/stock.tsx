import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { StockLevels, Warehouse } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { newId } from "../../core/ids";
import { useLoaded, usePages, type Paged } from "../../core/loading";
import { Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { Empty, Loading, Trouble } from "../../parts/states";
import { VariantStock } from "./variant-stock";
import { SellerPage } from "./tabs";

/** What is running low, and the places where goods are kept. */
export function SellerStock(): JSX.Element {
  useTitle("My stock");
  return (
    <SellerPage title="Stock">
      <Places />
    </SellerPage>
  );
}

/** Both at once, so that nothing jumps. */
function Places(): JSX.Element {
  const low = usePages("low stock", (cursor) => call("inventory.list_low", { cursor }));
  const warehouses = useLoaded("warehouses", () => call("inventory.list_warehouses", {}));
  if (warehouses.error !== undefined) return <Trouble error={warehouses.error} again={warehouses.again} />;
  if (!warehouses.value || (!low.items && low.error === undefined)) return <Loading />;
  return (
    <>
      <Low list={low} />
      <Warehouses list={warehouses.value} again={warehouses.again} />
    </>
  );
}

function Low({ list }: { list: Paged<StockLevels> }): JSX.Element {
  return (
    <section aria-labelledby="low">
      <h2 id="low">Running low</h2>
      {list.items?.length === 0 && (
        <Empty title="Nothing is running low">
          At how many you are told, you say on the page of each product. <a href="/seller/products">To your products</a>
        </Empty>
      )}
      <ul class="rows">
        {list.items?.map((it) => (
          <li key={it.variant_id} class="row row-open">
            <VariantStock variantId={it.variant_id} name={`Variant ${it.variant_id.slice(-6)}`} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function Warehouses({ list, again }: { list: readonly Warehouse[]; again: () => void }): JSX.Element {
  const [name, setName] = useState("");
  const id = useMemo(newId, [name]);
  const sending = useSending(["name"]);
  const send = async (): Promise<void> => {
    await call("inventory.create_warehouse", { warehouse_id: id, name });
    announce(`${name} is there.`);
    setName("");
    again();
  };
  return (
    <section aria-labelledby="warehouses">
      <h2 id="warehouses">Warehouses</h2>
      <ul class="rows">
        {list.map((it) => (
          <li key={it.id} class="row">
            <p class="row-title">{it.name}</p>
          </li>
        ))}
      </ul>
      <Form sending={sending} submit="Add the warehouse" busy="Adding…" label="New warehouse" send={send} check={() => (name.trim() ? undefined : { name: "Please type its name." })}>
        <Field label="Name" name="name" autocomplete="off" value={name} set={setName} error={sending.errors.name} />
      </Form>
    </section>
  );
}
