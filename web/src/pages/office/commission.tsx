import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { CommissionRate } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day } from "../../core/format";
import { newId } from "../../core/ids";
import { useLoaded, usePages } from "../../core/loading";
import { may } from "../../core/permissions";
import { Commissions } from "../../parts/commissions";
import { Choice, Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { useSellers } from "../../parts/seller-names";
import { Empty, Loading } from "../../parts/states";
import { Table } from "../../parts/table";
import { OfficePage } from "./frame";

type Names = readonly (readonly [id: string, name: string])[];

/** What the shop keeps of each sale. */
export function Commission(): JSX.Element {
  return (
    <OfficePage title="Commission">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const list = usePages("commission", (cursor) => call("ledger.commission_rates", { cursor }));
  const sellers = useSellers() ?? [];
  const categories: Names = useLoaded("categories by name", () => call("catalog.list_categories", {})).value?.map(({ id, path }) => [id, path.join(" / ")]) ?? [];
  const saved = (): void => {
    announce("Saved.");
    list.again();
  };
  return (
    <>
      <p class="soft">A rate counts for sales from then on. What was sold before keeps its own. A seller's own comes before a category's, a narrow category before a wide one; where there is none, the shop's own rate counts.</p>
      {may("ledger.set_commission_rate") && <RateForm sellers={sellers} categories={categories} saved={saved} />}
      <section aria-labelledby="rates">
        <h2 id="rates">All rates that were ever set</h2>
        {list.items === undefined && list.error === undefined && <Loading />}
        {list.items?.length === 0 && <Empty title="No rates yet">The shop's own rate counts for every sale.</Empty>}
        {list.items !== undefined && list.items.length > 0 && <Rates rates={list.items} sellers={sellers} categories={categories} />}
        <More list={list} />
      </section>
      <Commissions names={new Map(sellers)} />
    </>
  );
}

function RateForm({ sellers, categories, saved }: { sellers: Names; categories: Names; saved: () => void }): JSX.Element {
  const [typed, setTyped] = useState({ rate: "", seller: "", category: "" });
  const rateId = useMemo(newId, [typed]);
  const sending = useSending(["rate", "seller_id", "category_id"]);
  const rate = basisPoints(typed.rate);
  const send = async (): Promise<void> => {
    await call("ledger.set_commission_rate", { rate_id: rateId, rate: rate ?? 0, seller_id: typed.seller || null, category_id: typed.category || null });
    setTyped({ rate: "", seller: "", category: "" });
    saved();
  };
  return (
    <div class="panel">
      <h2>Set a rate</h2>
      <Form sending={sending} submit="Set the rate" busy="Saving…" check={() => (rate === undefined ? { rate: "Please type a percentage from 0 to 100, like 12.5." } : undefined)} send={send}>
        <div class="fields">
          <Field label="Rate" name="rate" inputMode="decimal" unit="%" autocomplete="off" value={typed.rate} set={(value) => setTyped({ ...typed, rate: value })} error={sending.errors.rate} />
          <Choice label="Seller" value={typed.seller} set={(seller) => setTyped({ ...typed, seller })} options={[["", "Every seller"], ...sellers]} error={sending.errors.seller_id} />
          <Choice label="Category" value={typed.category} set={(category) => setTyped({ ...typed, category })} options={[["", "Every category"], ...categories]} error={sending.errors.category_id} />
        </div>
      </Form>
    </div>
  );
}

/** `12.5` as 1250; nothing when it is no percentage with two digits at most. */
function basisPoints(text: string): number | undefined {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  const points = match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : NaN;
  return points <= 10_000 ? points : undefined;
}

function Rates({ rates, sellers, categories }: { rates: readonly CommissionRate[]; sellers: Names; categories: Names }): JSX.Element {
  const [seller, category] = [new Map(sellers), new Map(categories)];
  const named = (names: ReadonlyMap<string, string>, id: string | null, every: string): string => (id === null ? every : (names.get(id) ?? id));
  return (
    <Table label="Table of rates" heads={["Rate", "Seller", "Category", "Since"]}>
      {rates.map((rate) => (
        <tr key={rate.id}>
          <td>{rate.rate / 100} %</td>
          <td>{named(seller, rate.seller_id, "every")}</td>
          <td>{named(category, rate.category_id, "every")}</td>
          <td>{day(rate.since)}</td>
        </tr>
      ))}
    </Table>
  );
}
