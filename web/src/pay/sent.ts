import type { Id } from "../contract";
import { newId } from "../core/ids";
import { Refused } from "../core/problem";
import { recall, remember } from "../core/storage";

/** A payment that was sent and has no answer yet. */
interface Sent {
  paymentId: Id;
  said: string;
}

/**
 * Send a payment. Until it is answered, the same sent again is the same payment, even after the page was loaded again.
 *
 * `thing` is what is paid for, `said` all that makes it this payment and no other.
 */
export async function sendPayment<T>(thing: string, said: string, send: (paymentId: Id) => Promise<T>): Promise<T> {
  const key = `pay ${thing}`;
  const sent = recall<Sent>(key);
  const paymentId = sent?.said === said ? sent.paymentId : newId();
  remember(key, { paymentId, said });
  try {
    const answer = await send(paymentId);
    remember(key, undefined);
    return answer;
  } catch (problem) {
    if (problem instanceof Refused) remember(key, undefined);
    throw problem;
  }
}
