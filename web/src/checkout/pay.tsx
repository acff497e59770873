import type { JSX } from "preact";
import type { Checkout } from "../contract";
import { money } from "../core/format";
import { AtTheBank } from "../pay/at-the-bank";
import { useInFields } from "../pay/in-fields";
import { Pay } from "../pay/pay";
import { Wrong } from "../pay/wrong";
import { TRANSFERS, useCheckoutPaying } from "./paying";

interface Props {
  checkout: Checkout;
  changed: (checkout: Checkout) => void;
}

/** The last step. */
export function PayStep({ checkout, changed }: Props): JSX.Element {
  const paying = useCheckoutPaying(checkout, changed);
  const thing = `checkout:${checkout.id}`;
  const [inFields, setInFields] = useInFields(thing, checkout.payment_id);
  const missing = !checkout.address ? "Enter the delivery address first." : !checkout.shipping ? "Choose the shipping method first." : "";
  if (checkout.status === "paying" && paying.action.startsWith(TRANSFERS)) {
    return (
      <section class="panel" aria-label="Payment">
        <p>{money(checkout.total)} is awaited on our account.</p>
        <a class="button button-wide" href={paying.action}>
          How to transfer it
        </a>
      </section>
    );
  }
  if (checkout.status === "paying" && !inFields) {
    return (
      <section class="panel" aria-label="Payment">
        <AtTheBank amount={checkout.total} action={paying.action} back={`/checkout/${checkout.id}`} kept="What you buy stays reserved until the bank has answered, even if you leave this page." />
      </section>
    );
  }
  return (
    <section class="panel" aria-labelledby="pay-title">
      <h2 id="pay-title">Payment</h2>
      {missing ? (
        <p class="soft">{missing}</p>
      ) : (
        <Pay thing={thing} total={checkout.total} busy={paying.busy} pay={paying.pay} inFields={setInFields}>
          <Wrong failure={checkout.failure} error={paying.busy ? undefined : paying.error} kept="What you buy is still reserved: try another card." />
        </Pay>
      )}
    </section>
  );
}
