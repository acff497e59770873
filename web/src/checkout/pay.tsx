import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Checkout } from "../contract";
import { money } from "../core/format";
import { decline, NoAnswer, problemOf, sentence } from "../core/problem";
import { AtTheBank } from "../parts/at-the-bank";
import { Cards, FIRST_CARD } from "../parts/cards";
import { useCheckoutPaying } from "./paying";

interface Props {
  checkout: Checkout;
  changed: (checkout: Checkout) => void;
}

/** The last step. */
export function PayStep({ checkout, changed }: Props): JSX.Element {
  const paying = useCheckoutPaying(checkout, changed);
  const [card, choose] = useState(FIRST_CARD);
  const missing = !checkout.address ? "Say where it goes first." : !checkout.shipping ? "Choose the shipping first." : "";
  if (checkout.status === "paying") {
    return (
      <section class="panel" aria-label="Payment">
        <AtTheBank amount={checkout.total} action={paying.action} back={`/checkout/${checkout.id}`} kept="What you buy stays reserved until the bank has answered, even if you leave this page." />
      </section>
    );
  }
  return (
    <section class="panel" aria-labelledby="pay-title">
      <h2 id="pay-title">Payment</h2>
      {missing ? (
        <p class="soft">{missing}</p>
      ) : (
        <form
          class="pay"
          onSubmit={(event) => {
            event.preventDefault();
            paying.pay(card);
          }}
        >
          <Wrong failure={checkout.failure} error={paying.busy ? undefined : paying.error} />
          <Cards name="card" card={card} choose={choose} disabled={paying.busy} />
          <button type="submit" class="button button-wide button-large" disabled={paying.busy}>
            {paying.busy ? "Paying…" : `Pay ${money(checkout.total)}`}
          </button>
        </form>
      )}
    </section>
  );
}

function Wrong({ failure, error }: { failure: string; error: unknown }): JSX.Element | null {
  const reason = problemOf(error, "payments.declined")?.reason ?? (error === undefined ? failure : "");
  const kept = "What you buy is still reserved: try another card.";
  const text = reason ? decline(reason, kept) : error instanceof NoAnswer ? "No answer yet. Pay again with the same card: you are charged once only." : error === undefined ? "" : sentence(error);
  if (!text) return null;
  return (
    <p class="notice notice-bad" role="alert">
      {text}
    </p>
  );
}
