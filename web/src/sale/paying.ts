import { useEffect, useState } from "preact/hooks";
import type { Claim, DeliveryAddress, Payment } from "../contract";
import { call } from "../core/api";
import { payments, replaceClaims } from "../core/belongings";
import { socket } from "../core/connection";
import { sendPayment } from "../pay/sent";

const PATIENCE = 45_000;

export interface Paying {
  busy: boolean;
  error: unknown;
  /** The payment as the last answer told it. */
  answered: Payment | undefined;
  pay: (method: string, keep: boolean, address: DeliveryAddress | null) => void;
}

/** Pay for a claim. What becomes of it shows in the claim; `error` is why it was refused or not answered. */
export function usePaying(claim: Claim): Paying {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [answered, setAnswered] = useState<Payment>();

  const pay = async (method: string, keep: boolean, address: DeliveryAddress | null): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await sendPayment(claim.id, method, (payment_id) =>
        call("flash_sales.pay", { sale_id: claim.sale_id, claim_id: claim.id, payment_id, payment_method: method, keep_method: keep, delivery_address: address }, PATIENCE),
      );
      setAnswered(answer.payment);
      if (socket.state !== "connected") replaceClaims([answer.claim]);
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return { busy, error, answered, pay: (method, keep, address) => void pay(method, keep, address) };
}

/** The payment of a claim that is being paid, or was lost with a payment under way; read once: news come by the person's own stream. */
export function usePayment(claim: Claim): Payment | undefined {
  const [payment, setPayment] = useState<Payment>();
  const id = claim.state === "held" || claim.state === "paid" ? null : claim.payment_id;
  useEffect(() => {
    if (!id) return;
    let wanted = true;
    // Until the first step of the payment is done there is no such payment; its stream tells what follows.
    call("payments.show", { payment_id: id }).then((found) => wanted && setPayment(found), () => undefined);
    return () => {
      wanted = false;
    };
  }, [id]);
  return (id && payments.value.get(id)) || (payment?.id === id ? payment : undefined);
}
