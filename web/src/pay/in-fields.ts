import { useEffect, useState } from "preact/hooks";
import type { Id } from "../contract";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { recall, remember } from "../core/storage";

/** One payment for a thing, however often it is sent and the page loaded again: another card is tried within the same one. */
export function paymentInFields(thing: string): Id {
  const paymentId = recall<Id>(key(thing)) ?? newId();
  remember(key(thing), paymentId);
  return paymentId;
}

/** A payment that failed for good is never tried again. */
export function forgetPayment(thing: string): void {
  remember(key(thing), undefined);
}

/**
 * Whether a payment under way is the fields' affair, which must stay then, so that another card may be tried.
 *
 * Who comes back from their bank has done there what was to be done: it is concluded.
 */
export function useInFields(thing: string, paymentId: Id | null | undefined): readonly [boolean, (paying: boolean) => void] {
  const [own] = useState(() => !!paymentId && recall<Id>(key(thing)) === paymentId);
  const [isBack] = useState(() => own && new URLSearchParams(location.search).has("payment_intent"));
  const [inFields, set] = useState(own && !isBack);
  useEffect(() => {
    if (isBack && paymentId) void call("payments.confirm", { payment_id: paymentId }).catch(() => set(true));
  }, []);
  return [inFields, set];
}

function key(thing: string): string {
  return `pay in fields ${thing}`;
}
