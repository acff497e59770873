import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { StockLevels, StockState } from "../../contract";
import { call } from "../../core/api";
import { count, optionText } from "../../core/format";
import { usePages } from "../../core/loading";
import { Choice } from "../../parts/field";
import { More } from "../../parts/more";
import { useSellers } from "../../parts/seller-names";
import { Badge, Empty, Loading } from "../../parts/states";
import { OfficePage } from "./frame";

const STATES: readonly (readonly [StockState, string])[] = [
  ["low", "Running low"],
  ["out", "Out of stock"],
  ["all", "Everything"],
];

/** What is running low in all shops. */
export function OfficeStock(): JSX.Element {
  return (
    <OfficePage title="Stock">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const [state, setState] = useState<StockState>("low");
  const [seller, setSeller] = useState("");
  const sellers = useSellers() ?? [];
  const list = usePages(`office stock ${state} ${seller}`, (cursor) => call("inventory.list", { state, seller_id: seller || null, cursor }));
  return (
    <>
      <form class="filters" aria-label="Which variants" onSubmit={(event) => event.preventDefault()}>
        <Choice label="Variants" value={state} set={(value) => setState(value as StockState)} options={STATES} />
        <Choice label="Seller" value={seller} set={setSeller} options={[["", "Every seller"], ...sellers]} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="None">No variant is like that.</Empty>}
      <ul class="rows">
        {list.items?.map((it) => (
          <li key={it.variant_id} class="row">
            <Level of={it} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

function Level({ of }: { of: StockLevels }): JSX.Element {
  return (
    <div class="row-main">
      <p class="row-title">
        {[of.title, optionText(of.options)].filter(Boolean).join(" · ")} {of.on_hand === 0 ? <Badge tone="bad">Out</Badge> : of.threshold !== null && of.on_hand <= of.threshold && <Badge tone="warm">Low</Badge>}
      </p>
      <p class="soft">{[of.seller, of.sku, count(of.on_hand, "unit"), of.threshold !== null && `told at ${of.threshold}`].filter(Boolean).join(" · ")}</p>
    </div>
  );
}
