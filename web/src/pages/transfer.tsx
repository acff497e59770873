import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { BankAccount, Transfer } from "../contract";
import { call } from "../core/api";
import { day, money } from "../core/format";
import { useLoaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { useWatched } from "../core/watching";
import { Reorder } from "../orders/reorder";
import { Confirm } from "../parts/confirm";
import { useTitle } from "../parts/page";
import { Loading, Trouble } from "../parts/states";
import { spaced } from "../pay/iban";
import { NotFound } from "./not-found";

/** How a payment is transferred; it goes on by itself as soon as the money came. */
export function TransferPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(`transfer ${id}`, () => call("payments.show_transfer", { payment_id: id }));
  const checkoutId = loaded.value?.pays_for.replace("checkout:", "");
  const checkout = useWatched("checkout", checkoutId).state;
  const status = checkout?.status;
  useEffect(() => {
    if (status !== undefined) loaded.again();
  }, [status]);
  useTitle("Bank transfer");
  if (problemOf(loaded.error, "payments.transfer_not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value || checkoutId === undefined) return <Loading />;
  return (
    <section class="wide">
      <h1>Bank transfer</h1>
      <Content transfer={loaded.value} checkoutId={checkoutId} changed={loaded.put} />
      {checkout && loaded.value.state === "closed" && <Reorder order={checkout} />}
    </section>
  );
}

function Content({ transfer, checkoutId, changed }: { transfer: Transfer; checkoutId: string; changed: (transfer: Transfer) => void }): JSX.Element {
  const { state, account } = transfer;
  if (state === "received") {
    return (
      <div class="notice notice-good" role="status">
        <p>Your money is here.</p>
        <a class="button" href={`/checkout/${checkoutId}`}>
          To your order
        </a>
      </div>
    );
  }
  if (state === "late") return <p class="notice notice-warm">Your money came after the time was over. We send it back to you.</p>;
  if (transfer.cancelled_at) return <p class="notice notice-warm">This transfer was cancelled. Please transfer nothing any more: what you had chosen is in the shop again.</p>;
  if (state === "closed") return <p class="notice notice-warm">The time for this transfer is over. Please transfer nothing any more: what you had chosen is in the shop again.</p>;
  if (!account) return <p class="notice notice-warm">This shop takes no transfers any more. Please ask us before you transfer anything.</p>;
  return (
    <>
      <Instructions transfer={transfer} account={account} />
      <Cancel transfer={transfer} changed={changed} />
    </>
  );
}

/** Who has thought better of it need not wait until its time is over. */
function Cancel({ transfer, changed }: { transfer: Transfer; changed: (transfer: Transfer) => void }): JSX.Element {
  const [asked, ask] = useState(false);
  return (
    <p>
      <button type="button" class="button button-quiet" onClick={() => ask(true)}>
        Cancel this order
      </button>
      {asked && (
        <Confirm title="Cancel this order?" action="Cancel the order" close={() => ask(false)} run={async () => changed(await call("payments.cancel_transfer", { payment_id: transfer.payment_id }))}>
          <p>What you chose goes back to the shop at once. If you have transferred the money already, we send it back to you.</p>
        </Confirm>
      )}
    </p>
  );
}

function Instructions({ transfer, account }: { transfer: Transfer; account: BankAccount }): JSX.Element {
  return (
    <div class="panel stack">
      <p>
        What you chose is reserved until <strong>{day(transfer.until)}</strong>. It is ordered as soon as your money is here.
      </p>
      <dl class="facts">
        <Fact name="Amount" value={money(transfer.amount)} />
        <Fact name="To" value={account.holder} />
        <Fact name="IBAN" value={spaced(account.iban)} />
        {account.bic && <Fact name="BIC" value={account.bic} />}
        <Fact name="Purpose" value={transfer.reference} />
      </dl>
      <p class="soft">Transfer exactly this amount, and give the purpose: it is how we know that the money is yours. We have also mailed you this.</p>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="digits">{value}</dd>
    </div>
  );
}
