import { useState } from "preact/hooks";
import type { Checkout, Payment } from "../contract";
import { call } from "../core/api";
import { recall, remember } from "../core/storage";
import { useGoingOn } from "../parts/going-on";
import { sendPayment } from "../pay/sent";

const PATIENCE = 45_000;
// Pages of the shop that say how money is transferred.
export const TRANSFERS = "/transfers/";

interface CheckoutPaying {
  busy: boolean;
  error: unknown;
  /** Where the customer confirms the payment with their bank, while it needs that. */
  action: string;
  pay: (method: string, keep: boolean) => void;
}

/** Pay for a checkout. What becomes of it shows in the checkout. */
export function useCheckoutPaying(checkout: Checkout, changed: (checkout: Checkout) => void): CheckoutPaying {
  const goOn = useGoingOn();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const answerKey = `payment of ${checkout.id}`;
  const [payment, setPayment] = useState(() => recall<Payment>(answerKey));

  const pay = async (method: string, keep: boolean): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const { id, total } = checkout;
      const answer = await sendPayment(id, `${method} ${total.amount}`, (payment_id) =>
        call("checkout.complete", { checkout_id: id, payment_id, payment_method: method, total, keep_method: keep }, PATIENCE),
      );
      remember(answerKey, answer.payment);
      setPayment(answer.payment);
      changed(answer.checkout);
      if (answer.payment.action_url.startsWith(TRANSFERS)) goOn(answer.payment.action_url);
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  const action = payment?.id === checkout.payment_id ? payment?.action_url : undefined;
  return { busy, error, action: action ?? "", pay: (method, keep) => void pay(method, keep) };
}
