import { useEffect, useState } from "preact/hooks";
import type { Claim, PostalAddress, Id, Payment } from "../contract";
import { call } from "../core/api";
import { payments, replaceClaims } from "../core/belongings";
import { socket } from "../core/connection";
import { newId } from "../core/ids";
import { Refused } from "../core/problem";
import { recall, remember } from "../core/storage";

/** A payment that was sent and has no answer yet. Sent again with the same id it is the same payment. */
interface Intent {
  paymentId: Id;
  method: string;
}

const key = (claimId: Id): string => `pay ${claimId}`;
const PATIENCE = 45_000;

export interface Paying {
  busy: boolean;
  error: unknown;
  /** The payment as the last answer told it. */
  answered: Payment | undefined;
  pay: (method: string, address: PostalAddress | null) => void;
}

/** Pay for a claim. What becomes of it shows in the claim; `error` is why it was refused or not answered. */
export function usePaying(claim: Claim): Paying {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [answered, setAnswered] = useState<Payment>();

  const pay = async (method: string, address: PostalAddress | null): Promise<void> => {
    const sent = recall<Intent>(key(claim.id));
    const intent = sent?.method === method ? sent : { paymentId: newId(), method };
    remember(key(claim.id), intent);
    setBusy(true);
    setError(undefined);
    try {
      const command = { sale_id: claim.sale_id, claim_id: claim.id, payment_id: intent.paymentId, payment_method: method, delivery_address: address };
      const answer = await call("flash_sales.pay", command, PATIENCE);
      remember(key(claim.id), undefined);
      setAnswered(answer.payment);
      if (socket.state !== "connected") replaceClaims([answer.claim]);
    } catch (problem) {
      if (problem instanceof Refused) remember(key(claim.id), undefined);
      setError(problem);
    }
    setBusy(false);
  };
  return { busy, error, answered, pay: (method, address) => void pay(method, address) };
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
