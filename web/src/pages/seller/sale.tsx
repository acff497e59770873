import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import type { FlashSale, Phase, SaleDesk } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { left, money } from "../../core/format";
import { useLoaded } from "../../core/loading";
import { me } from "../../core/session";
import { useWatched } from "../../core/watching";
import { useTitle } from "../../parts/page";
import { Loading, Trouble } from "../../parts/states";
import { NotFound } from "../not-found";
import { PhaseBadge } from "../../sale/card";
import { useLiveSale } from "../../sale/live";
import { UnitsBar } from "../../sale/units-bar";
import { Ledger } from "./ledger";
import { EditSaleForm } from "./sale-form";
import { SellerPage } from "./tabs";

/** One's own sale: how it goes, each claim as it happens, and the means to change or stop it. */
export function SellerSale(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("flash_sales.show", { sale_id: id }));
  useTitle(loaded.value?.title);
  return (
    <SellerPage title={loaded.value?.title ?? "Sale"}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {loaded.value ? <Shown key={id} sale={loaded.value} /> : loaded.error === undefined && <Loading />}
    </SellerPage>
  );
}

function Shown({ sale: known }: { sale: FlashSale }): JSX.Element {
  // The ledger is watched as who one is: anew when that becomes known.
  const ledger = useWatched("sale_ledger", me.value ? known.id : undefined);
  const desk = useWatched("sale_desk", me.value ? known.id : undefined);
  const live = useLiveSale(known);
  const { sale, phase, remaining } = live;
  const [editing, setEditing] = useState(false);
  if (ledger.problem) return <NotFound />;
  return (
    <>
      <div class="panel">
        <p class="title-row">
          <PhaseBadge sale={sale} phase={phase} />
          <strong class="digits">
            {phase === "upcoming" && `opens in ${left(remaining)}`}
            {phase === "open" && `ends in ${left(remaining)}`}
          </strong>
        </p>
        <Desk desk={desk.state} sale={sale} phase={phase} />
        <UnitsBar sale={sale} />
        {(phase === "upcoming" || phase === "open") && !editing && <Actions sale={sale} phase={phase} edit={() => setEditing(true)} />}
        <p>
          <a href={`/sales/${sale.id}`}>The page that customers see</a>
        </p>
      </div>
      {editing && <EditSaleForm sale={sale} done={() => setEditing(false)} cancel={() => setEditing(false)} />}
      <Ledger ledger={ledger.state} />
    </>
  );
}

/** The sale in numbers, as they move. Until the desk is there, what everybody sees. */
function Desk({ desk, sale, phase }: { desk: SaleDesk | undefined; sale: FlashSale; phase: Phase }): JSX.Element {
  return (
    <dl class="counters">
      <Counter name="Left" value={sale.left} />
      <Counter name="On hold" value={desk?.held ?? sale.held_count} />
      <Counter name="Paying" value={desk?.paying} />
      <Counter name="Sold" value={sale.sold_count} />
      <Counter name="In all" value={sale.quantity_limit} />
      <Counter name="Revenue" value={desk && money(desk.revenue)} />
      <Counter name={phase === "upcoming" ? "In the lobby" : "In line"} value={phase === "upcoming" ? desk?.line.lobby : desk?.line.waiting} />
      <Counter name="Ran out" value={desk?.lapsed} />
      <Counter name="Given back" value={desk?.given_back} />
      {phase === "cancelled" && <Counter name="Withdrawn" value={desk?.withdrawn} />}
    </dl>
  );
}

function Counter({ name, value }: { name: string; value: number | string | undefined }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value ?? "…"}</dd>
    </div>
  );
}

type Stop = "flash_sales.cancel" | "flash_sales.end";

// What each way of stopping does to those who came, told before it is done.
const STOPS: Readonly<Record<Stop, readonly [name: string, warning: string, sure: string, done: string]>> = {
  "flash_sales.end": ["End it now", "Nobody can claim any more. Units on hold may still be paid for in time; who stands in line is told that it is over.", "Yes, end it", "The sale is over."],
  "flash_sales.cancel": ["Call it off", "Units on hold are withdrawn and everybody in line is let go. What is paid stays paid.", "Yes, call it off", "The sale is called off."],
};

function Actions({ sale, phase, edit }: { sale: FlashSale; phase: Phase; edit: () => void }): JSX.Element {
  const [asking, setAsking] = useState<Stop>();
  const [error, setError] = useState<unknown>();
  const stop = async (how: Stop): Promise<void> => {
    setError(undefined);
    await call(how, { sale_id: sale.id }).then(() => announce(STOPS[how][3]), setError);
    setAsking(undefined);
  };
  if (asking) {
    return (
      <div class="notice notice-warm">
        <p>{STOPS[asking][1]}</p>
        <div class="actions">
          <button type="button" class="button button-danger" onClick={() => void stop(asking)}>
            {STOPS[asking][2]}
          </button>
          <button type="button" class="button button-quiet" onClick={() => setAsking(undefined)}>
            Keep it
          </button>
        </div>
      </div>
    );
  }
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      <div class="actions">
        <button type="button" class="button button-quiet" onClick={edit}>
          Edit, extend, add units
        </button>
        {phase === "open" && (
          <button type="button" class="button button-quiet" onClick={() => setAsking("flash_sales.end")}>
            {STOPS["flash_sales.end"][0]}
          </button>
        )}
        <button type="button" class="button button-quiet" onClick={() => setAsking("flash_sales.cancel")}>
          {STOPS["flash_sales.cancel"][0]}
        </button>
      </div>
    </>
  );
}
