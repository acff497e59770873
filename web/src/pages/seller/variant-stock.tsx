import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { AdjustReason, Id, StockLevels, Warehouse } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { count, day } from "../../core/format";
import { newId } from "../../core/ids";
import { useLoaded, usePages } from "../../core/loading";
import { Choice, Field } from "../../parts/field";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { Badge, Loading, Trouble } from "../../parts/states";

interface Props {
  variantId: Id;
  name: string;
  /** How many there are, from a live source, so that this is read anew when it moves. */
  stock?: number;
  /** Where they are, as far as that was read with a list. */
  known?: StockLevels;
}

/** Where the units of a variant are; they can be moved, and one can ask to be told when few are left. */
export function VariantStock({ variantId, name, stock, known }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const loaded = useLoaded(known ? "" : `stock ${variantId} ${stock}`, () => call("inventory.show", { variant_id: variantId }));
  const [levels, setLevels] = useState(known);
  useEffect(() => {
    if (loaded.value) setLevels(loaded.value);
  }, [loaded.value]);
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!levels) return <Loading />;
  const low = levels.threshold !== null && levels.on_hand <= levels.threshold;
  return (
    <>
      <div class="row-line">
        <div class="row-main">
          <p class="row-title">
            {name} {low && <Badge tone="warm">Low</Badge>}
          </p>
          <p class="soft">
            {count(levels.on_hand, "unit")}
            {levels.threshold !== null && ` · you are told at ${levels.threshold}`}
          </p>
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Close" : "Where"}
          <span class="hidden"> {name}</span>
        </button>
      </div>
      {open && <Details levels={levels} moved={setLevels} />}
    </>
  );
}

interface StepProps {
  levels: StockLevels;
  moved: (levels: StockLevels) => void;
}

function Details({ levels, moved }: StepProps): JSX.Element {
  const warehouses = useLoaded("warehouses", () => call("inventory.list_warehouses", {}));
  if (warehouses.error !== undefined) return <Trouble error={warehouses.error} again={warehouses.again} />;
  if (!warehouses.value) return <Loading />;
  return (
    <div class="variants">
      <dl class="sums">
        {levels.locations.map((it) => (
          <div key={it.warehouse_id}>
            <dt>{warehouses.value?.find((one) => one.id === it.warehouse_id)?.name}</dt>
            <dd>{it.on_hand}</dd>
          </div>
        ))}
        <div>
          <dt>In no warehouse</dt>
          <dd>{levels.unplaced}</dd>
        </div>
      </dl>
      <Move levels={levels} moved={moved} warehouses={warehouses.value} />
      <Threshold levels={levels} moved={moved} />
      <History levels={levels} />
    </div>
  );
}

const WAYS = [
  ["received", "Came in"],
  ["adjusted", "Counted anew: more or fewer"],
  ["returned", "Came back"],
  ["transfer", "Moved between places"],
] as const;

type Way = (typeof WAYS)[number][0];

function Move({ levels, moved, warehouses }: StepProps & { warehouses: readonly Warehouse[] }): JSX.Element {
  const [way, setWay] = useState<Way>("received");
  const [quantity, setQuantity] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  // Of what is typed now there is one movement, however often it has to be sent.
  const id = useMemo(newId, [way, quantity, from, to, levels]);
  const sending = useSending(["quantity", "from_id", "to_id"]);
  const places = [["", "No warehouse"], ...warehouses.map((it) => [it.id, it.name] as const)] as const;
  const send = async (): Promise<void> => {
    const common = { variant_id: levels.variant_id, quantity: Number(quantity) };
    moved(
      way === "transfer"
        ? await call("inventory.transfer", { transfer_id: id, ...common, from_id: from || null, to_id: to || null })
        : await call("inventory.adjust", { movement_id: id, ...common, reason: way as AdjustReason, warehouse_id: to || null }),
    );
    setQuantity("");
    announce("The stock is moved.");
  };
  const fits = way === "adjusted" ? /^[+-]?[1-9]\d{0,5}$/ : /^[1-9]\d{0,5}$/;
  return (
    <Form sending={sending} submit="Move" busy="Moving…" label="Move units" send={send} check={() => (fits.test(quantity.trim()) ? undefined : { quantity: way === "adjusted" ? "A whole number, with a minus for fewer." : "Please type a whole number above zero." })}>
      <div class="fields">
        <Choice label="What happened" value={way} set={(value) => setWay(value as Way)} options={WAYS} />
        <Field label="Units" name="quantity" value={quantity} set={setQuantity} error={sending.errors.quantity} />
        {way === "transfer" && <Choice label="From" value={from} set={setFrom} options={places} error={sending.errors.from_id} />}
        <Choice label={way === "transfer" ? "To" : "Where"} value={to} set={setTo} options={places} error={sending.errors.to_id} />
      </div>
    </Form>
  );
}

function Threshold({ levels, moved }: StepProps): JSX.Element {
  const [typed, setTyped] = useState(levels.threshold === null ? "" : String(levels.threshold));
  const sending = useSending(["threshold"]);
  const send = async (): Promise<void> => {
    moved(await call("inventory.set_threshold", { variant_id: levels.variant_id, threshold: typed.trim() ? Number(typed) : null }));
    announce("Saved.");
  };
  return (
    <Form sending={sending} submit="Save the threshold" busy="Saving…" label="Threshold" send={send} check={() => (/^\d{0,6}$/.test(typed.trim()) ? undefined : { threshold: "Please type a whole number, or nothing." })}>
      <Field label="Tell me when so many are left (empty: never)" name="threshold" inputMode="numeric" value={typed} set={setTyped} error={sending.errors.threshold} />
    </Form>
  );
}

function History({ levels }: { levels: StockLevels }): JSX.Element {
  const list = usePages(`movements ${levels.variant_id} ${JSON.stringify(levels)}`, (cursor) => call("inventory.list_movements", { variant_id: levels.variant_id, cursor, limit: 10 }));
  return (
    <details class="why">
      <summary>What came and left</summary>
      <ul>
        {list.items?.map((it) => (
          <li key={it.number}>
            <strong>{it.quantity > 0 ? `+${it.quantity}` : it.quantity}</strong> {it.reason} <span class="soft">{[day(it.at), it.note].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
      </ul>
      <More list={list} />
    </details>
  );
}
