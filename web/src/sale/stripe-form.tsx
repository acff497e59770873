import type { Stripe, StripeElements } from "@stripe/stripe-js";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Claim } from "../contract";
import { call } from "../core/api";
import { money } from "../core/format";
import { newId } from "../core/ids";
import { recall, remember } from "../core/storage";
import { FormError } from "../parts/form";
import { useSending } from "../parts/forms";
import { Loading } from "../parts/states";

interface Props {
  claim: Claim;
  publicKey: string;
}

/**
 * Pays with Stripe's own fields: what is typed into them goes to Stripe, and never comes here.
 *
 * The payment begins when the customer pays, and not before: until then the claim is only held.
 */
export function StripeForm({ claim, publicKey }: Props): JSX.Element {
  const [fields, setFields] = useState<{ stripe: Stripe; elements: StripeElements }>();
  const [missing, setMissing] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const sending = useSending([]);

  useEffect(() => {
    let wanted = true;
    void load(publicKey).then(
      (stripe) => {
        if (!wanted) return;
        if (!stripe || !box.current) return setMissing(true);
        const elements = stripe.elements({ mode: "payment", amount: claim.total.amount, currency: claim.total.currency.toLowerCase(), appearance: { theme: dark() ? "night" : "stripe" } });
        const element = elements.create("payment");
        element.on("ready", () => wanted && setFields({ stripe, elements }));
        element.on("loaderror", () => wanted && setMissing(true));
        element.mount(box.current);
      },
      () => wanted && setMissing(true),
    );
    return () => {
      wanted = false;
    };
  }, []);

  const pay = async (): Promise<void> => {
    if (!fields) return;
    const { stripe, elements } = fields;
    const checked = await elements.submit();
    if (checked.error) throw new Error(checked.error.message);
    const paymentId = paymentOf(claim);
    const begun = await call("payments.create_intent", { payment_id: paymentId, pays_for: `claim:${claim.id}` });
    if (begun.client_secret) {
      const confirmed = await stripe.confirmPayment({ elements, clientSecret: begun.client_secret, confirmParams: { return_url: location.href }, redirect: "if_required" });
      if (confirmed.error) throw new Error(confirmed.error.message ?? "The bank declined. Nothing was charged.");
    }
    await call("payments.confirm", { payment_id: paymentId });
  };
  return (
    <form
      class="pay"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void sending.send(event.currentTarget, pay);
      }}
    >
      {sending.error && <FormError text={sending.error} />}
      {missing && <FormError text="The fields for your card could not be loaded. Allow js.stripe.com and load the page again." />}
      {!fields && !missing && <Loading />}
      <div ref={box} />
      <button type="submit" class="button button-wide button-large" disabled={!fields || sending.busy}>
        {sending.busy ? "Paying…" : `Pay ${money(claim.total)}`}
      </button>
    </form>
  );
}

/** Stripe's own script, from Stripe, for who pays with it. */
async function load(publicKey: string): Promise<Stripe | null> {
  const { loadStripe } = await import("@stripe/stripe-js/pure");
  return loadStripe(publicKey);
}

/** One payment for a claim, however often it is sent and the page loaded again: another card is tried within the same one. */
function paymentOf(claim: Claim): string {
  const key = `pay at stripe ${claim.id}`;
  const paymentId = recall<string>(key) ?? newId();
  remember(key, paymentId);
  return paymentId;
}

function dark(): boolean {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
