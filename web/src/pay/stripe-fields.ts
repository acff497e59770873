import type { Stripe, StripeElements } from "@stripe/stripe-js";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Money } from "../contract";

export interface Fields {
  stripe: Stripe;
  elements: StripeElements;
}

export interface StripeFields {
  /** Where they are shown. */
  box: RefObject<HTMLDivElement | null>;
  /** They, as soon as they can be typed into. */
  fields: Fields | undefined;
  /** They could not be had. */
  missing: boolean;
}

/** What the fields are for: a payment that begins later, or what a secret was given for. */
type Purpose = { total: Money } | { clientSecret: string };

/** Stripe's own fields for a card: what is typed into them goes to Stripe, and never comes here. */
export function useStripeFields(publicKey: string, purpose: Purpose): StripeFields {
  const [fields, setFields] = useState<Fields>();
  const [missing, setMissing] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let wanted = true;
    void load(publicKey).then(
      (stripe) => {
        if (!wanted) return;
        if (!stripe || !box.current) return setMissing(true);
        const elements = fieldsFor(stripe, purpose);
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
  const amount = "total" in purpose ? purpose.total.amount : undefined;
  useEffect(() => {
    if (amount !== undefined) fields?.elements.update({ amount });
  }, [amount, fields]);
  return { box, fields, missing };
}

/** What is told to Stripe must be what the shop tells it of the same payment. */
function fieldsFor(stripe: Stripe, purpose: Purpose): StripeElements {
  const appearance = { theme: matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe" } as const;
  if ("clientSecret" in purpose) return stripe.elements({ ...purpose, appearance });
  const { amount, currency } = purpose.total;
  return stripe.elements({ mode: "payment", amount, currency: currency.toLowerCase(), appearance });
}

/** Stripe's own script, from Stripe, for who pays with it. */
async function load(publicKey: string): Promise<Stripe | null> {
  const { loadStripe } = await import("@stripe/stripe-js/pure");
  return loadStripe(publicKey);
}
