import { useState } from "preact/hooks";
import type { Checkout, Id, Payment } from "../contract";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { Refused } from "../core/problem";
import { recall, remember } from "../core/storage";

/** A payment that was sent and has no answer yet. Sent again with the same id it is the same payment. */
interface Intent {
  paymentId: Id;
  method: string;
  amount: number;
}

const PATIENCE = 45_000;

export interface CheckoutPaying {
  busy: boolean;
  error: unknown;
  /** Where the customer confirms the payment with their bank, while it needs that. */
  action: string;
  pay: (method: string) => void;
}

/** Pay for a checkout. What becomes of it shows in the checkout. */
export function useCheckoutPaying(checkout: Checkout, changed: (checkout: Checkout) => void): CheckoutPaying {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const intentKey = `pay ${checkout.id}`;
  const answerKey = `payment of ${checkout.id}`;
  const [payment, setPayment] = useState(() => recall<Payment>(answerKey));

  const pay = async (method: string): Promise<void> => {
    const sent = recall<Intent>(intentKey);
    const same = sent?.method === method && sent.amount === checkout.total.amount;
    const intent = same ? sent : { paymentId: newId(), method, amount: checkout.total.amount };
    remember(intentKey, intent);
    setBusy(true);
    setError(undefined);
    try {
      const answer = await call("checkout.complete", { checkout_id: checkout.id, payment_id: intent.paymentId, payment_method: method, total: checkout.total }, PATIENCE);
      remember(intentKey, undefined);
      remember(answerKey, answer.payment);
      setPayment(answer.payment);
      changed(answer.checkout);
    } catch (problem) {
      if (problem instanceof Refused) remember(intentKey, undefined);
      setError(problem);
    }
    setBusy(false);
  };
  const action = payment?.id === checkout.payment_id ? payment?.action_url : undefined;
  return { busy, error, action: action ?? "", pay: (method) => void pay(method) };
}
