import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import type { FlashSale } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { left } from "../../core/format";
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
    <SellerPage at="sales" title={loaded.value?.title ?? "Sale"}>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {loaded.value ? <Shown key={id} sale={loaded.value} /> : loaded.error === undefined && <Loading />}
    </SellerPage>
  );
}

function Shown({ sale: known }: { sale: FlashSale }): JSX.Element {
  // The ledger is watched as who one is: anew when that becomes known.
  const ledger = useWatched("sale_ledger", me.value ? known.id : undefined);
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
        <dl class="counters">
          <Counter name="Left" value={sale.left} />
          <Counter name="On hold" value={sale.held_count} />
          <Counter name="Sold" value={sale.sold_count} />
          <Counter name="In all" value={sale.quantity_limit} />
        </dl>
        <UnitsBar sale={sale} />
        {(phase === "upcoming" || phase === "open") && !editing && <Actions sale={sale} edit={() => setEditing(true)} />}
        <p>
          <a href={`/sales/${sale.id}`}>The page that customers see</a>
        </p>
      </div>
      {editing && <EditSaleForm sale={sale} done={() => setEditing(false)} cancel={() => setEditing(false)} />}
      <Ledger ledger={ledger.state} />
    </>
  );
}

function Counter({ name, value }: { name: string; value: number }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Actions({ sale, edit }: { sale: FlashSale; edit: () => void }): JSX.Element {
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>();
  const stop = async (): Promise<void> => {
    setError(undefined);
    try {
      await call("flash_sales.cancel", { sale_id: sale.id });
      announce("The sale is cancelled.");
    } catch (problem) {
      setError(problem);
    }
    setAsking(false);
  };
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      <div class="actions">
        <button type="button" class="button button-quiet" onClick={edit}>
          Edit
        </button>
        {asking ? (
          <>
            <button type="button" class="button button-danger" onClick={() => void stop()}>
              Yes, stop it now
            </button>
            <button type="button" class="button button-quiet" onClick={() => setAsking(false)}>
              Keep it
            </button>
          </>
        ) : (
          <button type="button" class="button button-quiet" onClick={() => setAsking(true)}>
            Stop the sale
          </button>
        )}
      </div>
    </>
  );
}
