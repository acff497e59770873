import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Zone } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day } from "../../core/format";
import { useLoaded } from "../../core/loading";
import { may } from "../../core/permissions";
import { Confirm } from "../../parts/confirm";
import { useKeptFocus } from "../../parts/focus";
import { Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";
import { percentage, ZoneForm } from "./zone-form";

/** Where which taxes are charged. */
export function Taxes(): JSX.Element {
  return (
    <OfficePage title="Taxes">
      <Zones />
    </OfficePage>
  );
}

function Zones(): JSX.Element {
  const [round, setRound] = useState(0);
  const [open, setOpen] = useState("");
  const [removing, remove] = useState<Zone>();
  const loaded = useLoaded(`zones ${round}`, () => call("taxes.list_zones", {}));
  const box = useKeptFocus<HTMLDivElement>(0);
  const changed = (text: string): void => {
    setOpen("");
    announce(text);
    setRound(round + 1);
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      <p class="soft">A country or region is in one zone only. In no zone, no tax is charged.</p>
      {may("taxes.save_zone") && open !== "new" && (
        <p>
          <button type="button" class="button" onClick={() => setOpen("new")}>
            Add a zone
          </button>
        </p>
      )}
      {open === "new" && <ZoneForm saved={() => changed("The zone is added.")} cancel={() => setOpen("")} />}
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {!loaded.value && loaded.error === undefined && <Loading />}
      {loaded.value?.length === 0 && <Empty title="No tax zones yet">No tax is charged anywhere.</Empty>}
      <ul class="rows">
        {loaded.value?.map((zone) => (
          <li key={zone.id} class="row row-open">
            {open === zone.id ? <ZoneForm zone={zone} saved={() => changed("Saved.")} cancel={() => setOpen("")} /> : <Shown zone={zone} edit={() => setOpen(zone.id)} remove={() => remove(zone)} />}
          </li>
        ))}
      </ul>
      {removing && (
        <Confirm
          title={`Charge no tax in ${removing.name}?`}
          action="Remove the zone"
          close={() => remove(undefined)}
          run={async () => {
            await call("taxes.delete_zone", { zone_id: removing.id });
            changed(`${removing.name} is removed.`);
          }}
        >
          <p>What was ordered before keeps its taxes.</p>
        </Confirm>
      )}
    </div>
  );
}

function Shown({ zone, edit, remove }: { zone: Zone; edit: () => void; remove: () => void }): JSX.Element {
  const rates = zone.rates.map(({ name, rate, tax_class, valid_from, valid_until }) =>
    [`${name} ${percentage(rate)} %`, tax_class !== "standard" && `on ${tax_class}`, valid_from && `from ${day(valid_from)}`, valid_until && `until ${day(valid_until)}`].filter(Boolean).join(" "),
  );
  return (
    <div class="row-line row-many">
      <div class="row-main">
        <p class="row-title">{zone.name}</p>
        <p class="soft">
          {zone.places.join(", ")} · {rates.join(", ") || "no taxes"} · {zone.inclusive ? "prices include them" : "added to prices"}
        </p>
      </div>
      {may("taxes.save_zone") && (
        <>
          <button type="button" class="button button-quiet button-small" onClick={edit}>
            Edit<span class="hidden"> {zone.name}</span>
          </button>
          <button type="button" class="button button-quiet button-small" onClick={remove}>
            Remove<span class="hidden"> {zone.name}</span>
          </button>
        </>
      )}
    </div>
  );
}
