import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Money } from "../contract";
import { call } from "../core/api";
import { money } from "../core/format";
import { problemOf } from "../core/problem";
import { useSending } from "../parts/forms";
import { FieldsForm } from "./fields-form";
import { forgetPayment, paymentInFields } from "./in-fields";
import { useStripeFields, type Fields } from "./stripe-fields";

interface Props {
  thing: string;
  total: Money;
  publicKey: string;
  keep: boolean;
  paying: (paying: boolean) => void;
  children: ComponentChildren;
}

/** Pays with Stripe's fields. The payment begins when the customer pays, and not before: until then it is only reserved. */
export function StripeForm({ thing, total, publicKey, keep, paying, children }: Props): JSX.Element {
  const stripe = useStripeFields(publicKey, { total });
  const sending = useSending([]);
  useEffect(() => {
    stripe.fields?.elements.update({ setupFutureUsage: keep ? "on_session" : null });
  }, [keep, stripe.fields]);
  const pay = async (fields: Fields): Promise<void> => {
    const checked = await fields.elements.submit();
    if (checked.error) throw new Error(checked.error.message);
    paying(true); // until it is done: taken away, the fields would not finish
    await payInFields(fields, thing, keep);
    paying(false);
  };
  return (
    <FieldsForm stripe={stripe} sending={sending} submit={`Pay ${money(total)}`} busy="Paying…" send={pay}>
      {children}
    </FieldsForm>
  );
}

async function payInFields({ stripe, elements }: Fields, thing: string, keep: boolean): Promise<void> {
  const paymentId = paymentInFields(thing);
  const begun = await call("payments.create_intent", { payment_id: paymentId, pays_for: thing, keep_method: keep });
  if (begun.client_secret) {
    const confirmed = await stripe.confirmPayment({ elements, clientSecret: begun.client_secret, confirmParams: { return_url: location.href }, redirect: "if_required" });
    if (confirmed.error) throw new Error(confirmed.error.message ?? "The bank declined. Nothing was charged.");
  }
  try {
    await call("payments.confirm", { payment_id: paymentId });
  } catch (error) {
    if (problemOf(error, "payments.declined")) forgetPayment(thing);
    throw error;
  }
}
