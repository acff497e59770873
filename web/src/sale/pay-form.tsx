import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Claim } from "../contract";
import { declines } from "../core/belongings";
import { money } from "../core/format";
import { decline, NoAnswer, problemOf, sentence } from "../core/problem";
import { CardIcon } from "../parts/icons";
import type { Paying } from "./paying";

// The cards of the simulated gateway, as its documentation names them.
const CARDS: readonly (readonly [number: string, what: string])[] = [
  ["4242424242424242", "Works"],
  ["4000002500003155", "Asks you to confirm with the bank"],
  ["4000000000000259", "Works, but takes a while"],
  ["4000000000000002", "Is declined"],
];

/** Choose a card and pay. */
export function PayForm({ claim, paying }: { claim: Claim; paying: Paying }): JSX.Element {
  const [card, choose] = useState(CARDS[0]![0]);
  return (
    <form
      class="pay"
      onSubmit={(event) => {
        event.preventDefault();
        paying.pay(card);
      }}
    >
      <Wrong claim={claim} paying={paying} />
      <fieldset class="cards" disabled={paying.busy}>
        <legend>Pay with a test card</legend>
        {CARDS.map(([number, what]) => (
          <label class="pay-card" key={number}>
            <input type="radio" name={`card ${claim.id}`} value={number} checked={card === number} onChange={() => choose(number)} />
            <CardIcon />
            <span>
              <span class="pay-number">•••• {number.slice(-4)}</span>
              <span class="soft">{what}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <button type="submit" class="button button-wide button-large" disabled={paying.busy}>
        {paying.busy ? "Paying…" : `Pay ${money(claim.total)}`}
      </button>
    </form>
  );
}

function Wrong({ claim, paying }: { claim: Claim; paying: Paying }): JSX.Element | null {
  const reason = problemOf(paying.error, "payments.declined")?.reason ?? declines.value.get(claim.id);
  const text = reason !== undefined ? decline(reason) : paying.error !== undefined ? wentWrong(paying.error) : undefined;
  if (text === undefined || paying.busy) return null;
  return (
    <p class="notice notice-bad" role="alert">
      {text}
    </p>
  );
}

function wentWrong(error: unknown): string {
  return error instanceof NoAnswer ? "No answer yet. Pay again with the same card: you are charged once only." : sentence(error);
}
