import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Claim, FlashSale, Payment } from "../contract";
import { count, left, money, spoken } from "../core/format";
import { useServerNow } from "../core/ticking";
import { orders } from "../core/belongings";
import { CheckIcon } from "../parts/icons";
import { Trouble } from "../parts/states";
import { AtTheBank } from "../pay/at-the-bank";
import { useInFields } from "../pay/in-fields";
import { giveBack } from "./claiming";
import { PayForm } from "./pay-form";
import { usePaying, usePayment } from "./paying";

/** One of one's own claims, as far as it is. It says the same on every device. */
export function ClaimPanel({ claim, sale }: { claim: Claim; sale: FlashSale }): JSX.Element {
  if (claim.state === "paid") return <Paid claim={claim} />;
  return <Holding claim={claim} sale={sale} />;
}

function Holding({ claim, sale }: { claim: Claim; sale: FlashSale }): JSX.Element {
  const paying = usePaying(claim);
  const [inFields, setInFields] = useInFields(`claim:${claim.id}`, claim.payment_id);
  return (
    <section class="panel claim" aria-label={`Your claim, place ${claim.place}`}>
      {claim.state === "paying" && !inFields ? (
        <Confirming claim={claim} answered={paying.answered} />
      ) : (
        <>
          {claim.state === "held" && <HoldClock claim={claim} holdSeconds={sale.hold_seconds} />}
          <PayForm claim={claim} paying={paying} needsAddress={sale.limit_by.includes("address")} inFields={setInFields} />
          {claim.state === "held" && !paying.busy && <GiveBackButton claim={claim} />}
        </>
      )}
    </section>
  );
}

function HoldClock({ claim, holdSeconds }: { claim: Claim; holdSeconds: number }): JSX.Element {
  const until = Date.parse(claim.expires_at);
  const remaining = Math.max(0, until - useServerNow(until));
  const share = Math.min(1, remaining / (holdSeconds * 1000));
  return (
    <div class="hold">
      <p class="hold-title">
        {count(claim.quantity, "unit")} on hold for you <span class="soft">· place {claim.place}</span>
      </p>
      <p class="hold-time" role="timer" aria-label={`On hold for ${spoken(remaining)}`}>
        <span aria-hidden="true">
          Pay within <strong class="digits">{left(remaining)}</strong>
        </span>
      </p>
      <div class="hold-bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${share})` }} />
      </div>
    </div>
  );
}

function GiveBackButton({ claim }: { claim: Claim }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const give = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await giveBack(claim).catch(setError);
    setBusy(false);
  };
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      <button type="button" class="button button-quiet button-wide" disabled={busy} onClick={() => void give()}>
        {busy ? "Giving back…" : "Give it back"}
      </button>
    </>
  );
}

function Confirming({ claim, answered }: { claim: Claim; answered: Payment | undefined }): JSX.Element {
  const read = usePayment(claim);
  const payment = read ?? (answered?.id === claim.payment_id ? answered : undefined);
  const action = payment?.status === "needs_action" ? payment.action_url : "";
  return <AtTheBank amount={claim.total} action={action} back={`/sales/${claim.sale_id}`} kept="The units stay yours until the bank has answered, even if you leave this page." />;
}

function Paid({ claim }: { claim: Claim }): JSX.Element {
  const order = orders.value.find((it) => it.id === claim.order_id);
  return (
    <section class="panel claim claim-paid" aria-label={`Your order, place ${claim.place}`}>
      <p class="paid-sign">
        <CheckIcon />
      </p>
      <p class="hold-title" role="status">
        {claim.quantity === 1 ? "It is yours." : `All ${claim.quantity} are yours.`}
      </p>
      <p class="soft">
        {money(claim.total)} paid{order ? `, order ${order.number}` : ""}.
      </p>
      {claim.order_id && (
        <a class="button button-wide" href={`/orders/${claim.order_id}`}>
          See the order
        </a>
      )}
    </section>
  );
}
