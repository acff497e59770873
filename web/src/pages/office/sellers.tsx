import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Seller, SellerModeration, SellerSettings } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { useLoaded, usePages } from "../../core/loading";
import { useDoing } from "../../parts/doing";
import { Choice } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { More } from "../../parts/more";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";
import { ReasonForm } from "./reason-form";

const STATES = [
  ["", "Every seller"],
  ["open", "Selling"],
  ["suspended", "Suspended"],
] as const;

/** The sellers, and whether they may sell. */
export function Sellers(): JSX.Element {
  return (
    <OfficePage title="Sellers">
      <Content />
    </OfficePage>
  );
}

function Content(): JSX.Element {
  const [state, setState] = useState("");
  const list = usePages(`sellers ${state}`, (cursor) => call("sellers.list", { suspended: state ? state === "suspended" : null, cursor }));
  const changed = (text: string): void => {
    announce(text);
    list.again();
  };
  return (
    <>
      <form class="filters" aria-label="Which sellers" onSubmit={(event) => event.preventDefault()}>
        <Choice label="Sellers" value={state} set={setState} options={STATES} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="None">No seller is like that.</Empty>}
      <ul class="rows">
        {list.items?.map((seller) => (
          <li key={seller.id} class="row row-open">
            <Row seller={seller} changed={changed} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

interface RowProps {
  seller: Seller;
  changed: (text: string) => void;
}

function Row({ seller, changed }: RowProps): JSX.Element {
  const [asking, setAsking] = useState(false);
  const [open, setOpen] = useState(false);
  const doing = useDoing();
  const box = useKeptFocus<HTMLDivElement>(0);
  const suspend = async (reason: string): Promise<void> => {
    await call("sellers.suspend", { seller_id: seller.id, reason });
    setAsking(false);
    changed(`${seller.name} is suspended.`);
  };
  const reinstate = async (): Promise<void> => {
    await call("sellers.reinstate", { seller_id: seller.id });
    changed(`${seller.name} sells again.`);
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      <div class="row-line row-many">
        <div class="row-main">
          <p class="row-title">
            <a href={`/shops/${seller.slug}`}>{seller.name}</a> {seller.suspended && <Badge tone="bad">Suspended</Badge>}
          </p>
          {seller.suspended && <Why sellerId={seller.id} />}
        </div>
        <button type="button" class="button button-quiet button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Close" : "Rules"}
          <span class="hidden"> for {seller.name}</span>
        </button>
        {seller.suspended ? (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(reinstate)}>
            Reinstate<span class="hidden"> {seller.name}</span>
          </button>
        ) : (
          <button type="button" class="button button-quiet button-small" aria-expanded={asking} onClick={() => setAsking(!asking)}>
            Suspend<span class="hidden"> {seller.name}</span>
          </button>
        )}
      </div>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {open && (
        <div class="variants">
          <Reviewed seller={seller} />
          <Untaxed seller={seller} />
        </div>
      )}
      {asking && !seller.suspended && (
        <ReasonForm
          submit={`Suspend ${seller.name}`}
          hint="Nobody can see or buy the seller's products, and its sales are called off. Orders go on. The owner reads the reason."
          send={suspend}
          cancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}

const REVIEWED = [
  ["", "as the shop's rule says"],
  ["yes", "always"],
  ["no", "never"],
] as const;

/** Whether a seller's products are reviewed before they are seen, whatever the rule is. */
function Reviewed({ seller }: { seller: Seller }): JSX.Element {
  const loaded = useLoaded(seller.id, () => call("catalog.show_seller_moderation", { seller_id: seller.id }));
  const [saved, setSaved] = useState<SellerModeration>();
  const doing = useDoing();
  const moderated = (saved ?? loaded.value)?.moderated ?? null;
  const choose = async (value: string): Promise<void> => {
    setSaved(await call("catalog.set_seller_moderation", { seller_id: seller.id, moderated: value ? value === "yes" : null }));
    announce("Saved.");
  };
  return (
    <>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <Choice label={`Products of ${seller.name} are reviewed`} value={moderated === null ? "" : moderated ? "yes" : "no"} set={(value) => void doing.run(() => choose(value))} options={REVIEWED} />
    </>
  );
}

/** Whether a seller charges tax. */
function Untaxed({ seller }: { seller: Seller }): JSX.Element {
  const [open, setOpen] = useState(false);
  const loaded = useLoaded(seller.id, () => call("sellers.show_settings", { seller_id: seller.id }));
  const [saved, setSaved] = useState<SellerSettings>();
  const doing = useDoing();
  const reason = (saved ?? loaded.value)?.untaxed_for;
  const save = async (untaxed_for: string | null): Promise<void> => {
    setSaved(await call("sellers.set_taxation", { seller_id: seller.id, untaxed_for }));
    setOpen(false);
    announce("Saved.");
  };
  return (
    <>
      {loaded.error !== undefined && <Trouble error={loaded.error} again={loaded.again} />}
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <div class="row-line">
        <p class="row-main soft">{reason ? `Charges no tax: ${reason}` : reason === undefined ? "\u00a0" : "Charges tax"}</p>
        <button type="button" class="button button-quiet button-small" disabled={doing.busy || reason === undefined} aria-expanded={reason ? undefined : open} onClick={() => (reason ? void doing.run(() => save(null)) : setOpen(!open))}>
          {reason ? "Charge tax again" : "Charge no tax"}
          <span class="hidden"> for {seller.name}</span>
        </button>
      </div>
      {open && <ReasonForm submit={`No tax for ${seller.name}`} hint="For small enterprises that are exempt from VAT. Invoices print the reason; what was ordered before stays as it was." send={save} cancel={() => setOpen(false)} />}
    </>
  );
}

function Why({ sellerId }: { sellerId: string }): JSX.Element | null {
  const loaded = useLoaded(sellerId, () => call("sellers.show_settings", { seller_id: sellerId }));
  return <p class="soft">{loaded.value?.suspended_for ?? " "}</p>;
}
