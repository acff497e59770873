import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { useEffect } from "preact/hooks";
import type { BankAccount, Transfer } from "../contract";
import { call } from "../core/api";
import { day, money } from "../core/format";
import { useLoaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { useWatched } from "../core/watching";
import { useTitle } from "../parts/page";
import { Loading, Trouble } from "../parts/states";
import { spaced } from "../pay/iban";
import { NotFound } from "./not-found";

/** How a payment is transferred; it goes on by itself as soon as the money came. */
export function TransferPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(`transfer ${id}`, () => call("payments.show_transfer", { payment_id: id }));
  const checkoutId = loaded.value?.pays_for.replace("checkout:", "");
  const status = useWatched("checkout", checkoutId).state?.status;
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
      <Content transfer={loaded.value} checkoutId={checkoutId} />
    </section>
  );
}

function Content({ transfer, checkoutId }: { transfer: Transfer; checkoutId: string }): JSX.Element {
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
  if (state === "closed") return <p class="notice notice-warm">The time for this transfer is over. Please transfer nothing any more: what you had chosen is in the shop again.</p>;
  if (!account) return <p class="notice notice-warm">This shop takes no transfers any more. Please ask us before you transfer anything.</p>;
  return <Instructions transfer={transfer} account={account} />;
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
