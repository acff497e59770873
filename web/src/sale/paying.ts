import { useEffect, useState } from "preact/hooks";
import type { Claim, Id, Payment } from "../contract";
import { call } from "../core/api";
import { replaceClaims } from "../core/belongings";
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
  pay: (method: string) => void;
}

/** Pay for a claim. What becomes of it shows in the claim; `error` is why it was refused or not answered. */
export function usePaying(claim: Claim): Paying {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [answered, setAnswered] = useState<Payment>();

  const pay = async (method: string): Promise<void> => {
    const sent = recall<Intent>(key(claim.id));
    const intent = sent?.method === method ? sent : { paymentId: newId(), method };
    remember(key(claim.id), intent);
    setBusy(true);
    setError(undefined);
    try {
      const command = { sale_id: claim.sale_id, claim_id: claim.id, payment_id: intent.paymentId, payment_method: method };
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
  return { busy, error, answered, pay: (method) => void pay(method) };
}

// No event tells that a bank wants to be asked; while that is open, this is how soon we look.
const LOOK_EVERY = 2_500;

/** The payment of a claim that is being paid: whether its customer must go to their bank. */
export function usePayment(claim: Claim, answered: Payment | undefined): Payment | undefined {
  const [payment, setPayment] = useState<Payment>();
  const id = claim.state === "paying" ? claim.payment_id : null;
  useEffect(() => {
    if (!id) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted = true;
    const look = async (): Promise<void> => {
      // Until the first step of the payment is done there is no such payment; that is no reason to give up.
      const found = await call("payments.show", { payment_id: id }).catch(() => undefined);
      if (!wanted) return;
      if (found) setPayment(found);
      timer = setTimeout(() => void look(), LOOK_EVERY);
    };
    void look();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [id]);
  return [payment, answered].find((it) => it !== undefined && it.id === id);
}
