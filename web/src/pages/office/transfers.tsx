import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Transfer, TransferBack, TransfersMoved, TransferState } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day, digits, money, readMoney } from "../../core/format";
import { useLoaded, usePages } from "../../core/loading";
import { useWatched } from "../../core/watching";
import { Confirm } from "../../parts/confirm";
import { Choice, Field } from "../../parts/field";
import { useKeptFocus } from "../../parts/focus";
import { Form } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { More } from "../../parts/more";
import { Empty, Loading, Trouble } from "../../parts/states";
import { OfficePage } from "./frame";

const STATES: readonly (readonly [TransferState, string])[] = [
  ["awaited", "Awaited"],
  ["received", "Received"],
  ["closed", "Never came"],
  ["late", "Came too late"],
];

/** What is awaited on the shop's bank account, and what it is to send back. */
export function Transfers(): JSX.Element {
  const back = useLoaded("transfers back", () => call("payments.list_transfers_back", {}));
  const moved = useWatched("transfers", "").state;
  useEffect(() => {
    if (moved) back.again();
  }, [moved]);
  return (
    <OfficePage title="Bank transfers">
      <Incoming moved={moved} changed={back.again} />
      <h2>To be sent back</h2>
      {back.error !== undefined && <Trouble error={back.error} again={back.again} />}
      {!back.value && back.error === undefined && <Loading />}
      {back.value?.length === 0 && <Empty title="Nothing is to be sent back">Refunds of transfers, and money that came too late, appear here.</Empty>}
      <ul class="rows">
        {back.value?.map((each) => (
          <li key={each.refund_id} class="row row-open">
            <Back back={each} done={back.again} />
          </li>
        ))}
      </ul>
    </OfficePage>
  );
}

function Incoming({ moved, changed }: { moved: TransfersMoved | undefined; changed: () => void }): JSX.Element {
  const [state, setState] = useState<TransferState>("awaited");
  const [reference, setReference] = useState("");
  const list = usePages(`transfers ${state} ${reference}`, (cursor) => call("payments.list_transfers", { state, reference, cursor }));
  const box = useKeptFocus<HTMLDivElement>(0);
  useEffect(() => {
    if (moved) list.again();
  }, [moved]);
  const done = (text: string): void => {
    announce(text);
    list.again();
    changed();
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      <form class="filters" aria-label="Which transfers" onSubmit={(event) => event.preventDefault()}>
        <Choice label="Transfers" value={state} set={(value) => setState(value as TransferState)} options={STATES} />
        <Field label="Purpose" name="reference" value={reference} set={setReference} />
      </form>
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && <Empty title="None">{state === "awaited" && "Who pays by transfer appears here."}</Empty>}
      <ul class="rows">
        {list.items?.map((transfer) => (
          <li key={transfer.payment_id} class="row row-open">
            <Row transfer={transfer} done={done} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  );
}

function Row({ transfer, done }: { transfer: Transfer; done: (text: string) => void }): JSX.Element {
  const waits = transfer.state === "awaited" || transfer.state === "closed";
  return (
    <article aria-label={`Transfer ${transfer.reference}`}>
      <div class="row-line">
        <div class="row-main">
          <h2 class="row-title">
            <code>{transfer.reference}</code>
          </h2>
          <p class="soft">
            Promised {day(transfer.created_at)} · {transfer.cancelled_at ? `cancelled ${day(transfer.cancelled_at)}` : `awaited until ${day(transfer.until)}`} · <a href={`/manager/payments/${transfer.payment_id}`}>Payment</a>
          </p>
        </div>
        <strong>{money(transfer.amount)}</strong>
      </div>
      {waits && <Receive transfer={transfer} done={done} />}
      {transfer.state === "awaited" && <Cancel transfer={transfer} done={done} />}
    </article>
  );
}

function Cancel({ transfer, done }: { transfer: Transfer; done: (text: string) => void }): JSX.Element {
  const [asked, ask] = useState(false);
  return (
    <p>
      <button type="button" class="button button-quiet button-small" onClick={() => ask(true)}>
        Wait no longer<span class="hidden"> for {transfer.reference}</span>
      </button>
      {asked && (
        <Confirm
          title="Wait no longer for this transfer?"
          action="Wait no longer"
          close={() => ask(false)}
          run={async () => {
            await call("payments.cancel_transfer", { payment_id: transfer.payment_id });
            done("Cancelled. What was kept for it is in the shop again.");
          }}
        >
          <p>What is kept for it goes back to the shop, and the customer is told to transfer nothing. If the money comes all the same, it is to be sent back.</p>
        </Confirm>
      )}
    </p>
  );
}

/** Whoever says that it came types what came: the shop compares. */
function Receive({ transfer, done }: { transfer: Transfer; done: (text: string) => void }): JSX.Element {
  const { currency } = transfer.amount;
  const [text, setText] = useState("");
  const sending = useSending(["amount"]);
  const send = async (): Promise<void> => {
    const amount = readMoney(text, currency);
    if (!amount) return;
    const now = await call("payments.receive_transfer", { payment_id: transfer.payment_id, amount });
    done(now.state === "late" ? "It came too late. It is to be sent back." : "Received. What it pays for is ordered.");
  };
  return (
    <Form
      sending={sending}
      submit="It came"
      busy="Noting…"
      send={send}
      label={`Receive ${transfer.reference}`}
      check={() => (readMoney(text, currency) ? undefined : { amount: `Say what came, with at most ${digits(currency)} decimals.` })}
    >
      <Field label="Amount that came" name="amount" value={text} set={setText} unit={currency} error={sending.errors.amount} />
    </Form>
  );
}

function Back({ back, done }: { back: TransferBack; done: () => void }): JSX.Element {
  const sending = useSending([]);
  const send = async (): Promise<void> => {
    await call("payments.send_transfer_back", { refund_id: back.refund_id });
    announce("Noted as sent back.");
    done();
  };
  return (
    <article aria-label={`Back ${back.reference}`}>
      <p class="row-title">
        {money(back.amount)} · <code>{back.reference}</code>
      </p>
      <p class="soft">
        Since {day(back.created_at)}. Send it to the account that the transfer came from. <a href={`/manager/payments/${back.payment_id}`}>Payment</a>
      </p>
      <Form sending={sending} submit="It was sent back" busy="Noting…" send={send}>
        {null}
      </Form>
    </article>
  );
}
