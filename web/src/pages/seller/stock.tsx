import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { StockState } from "../../contract";
import { call } from "../../core/api";
import { optionText } from "../../core/format";
import { usePages } from "../../core/loading";
import { me } from "../../core/session";
import { Choice } from "../../parts/field";
import { More } from "../../parts/more";
import { useTitle } from "../../parts/page";
import { Empty, Loading } from "../../parts/states";
import { SellerPage } from "./tabs";
import { VariantStock } from "./variant-stock";
import { Warehouses } from "./warehouses";

const STATES: readonly (readonly [StockState, string])[] = [
  ["low", "Running low"],
  ["out", "Out of stock"],
  ["all", "Everything"],
];

/** What there is of everything, what is running low, and the places where goods are kept. */
export function SellerStock(): JSX.Element {
  useTitle("My stock");
  return (
    <SellerPage title="Stock">
      <Levels />
      <Warehouses />
    </SellerPage>
  );
}

function Levels(): JSX.Element {
  const [state, setState] = useState<StockState>("low");
  const list = usePages(`stock ${state}`, (cursor) => call("inventory.list", { state, seller_id: me.value?.seller_id, cursor }));
  return (
    <section aria-label="Variants">
      <form class="filters" aria-label="Which variants" onSubmit={(event) => event.preventDefault()}>
        <Choice label="Variants" value={state} set={(value) => setState(value as StockState)} options={STATES} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Nothing state={state} />}
      <ul class="rows">
        {list.items?.map((it) => (
          <li key={it.variant_id} class="row row-open">
            <VariantStock variantId={it.variant_id} name={[it.title, optionText(it.options), it.sku].filter(Boolean).join(" · ")} known={it} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </section>
  );
}

function Nothing({ state }: { state: StockState }): JSX.Element {
  if (state !== "low") return <Empty title={state === "out" ? "Nothing is out of stock" : "No products yet"}>What you sell, and how much of it, appears here.</Empty>;
  return (
    <Empty title="Nothing is running low">
      At how many you are told, you say on the page of each product. <a href="/seller/products">To your products</a>
    </Empty>
  );
}
