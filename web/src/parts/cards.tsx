import type { JSX } from "preact";
import { CardIcon } from "./icons";

// The cards of the simulated gateway, as its documentation names them.
const CARDS: readonly (readonly [number: string, what: string])[] = [
  ["4242424242424242", "Works"],
  ["4000002500003155", "Asks you to confirm with the bank"],
  ["4000000000000259", "Works, but takes a while"],
  ["4000000000000002", "Is declined"],
];

export const FIRST_CARD = CARDS[0]![0];

/** The cards to choose from; `name` tells these from others on the page. */
export function Cards({ name, card, choose, disabled }: { name: string; card: string; choose: (card: string) => void; disabled: boolean }): JSX.Element {
  return (
    <fieldset class="cards" disabled={disabled}>
      <legend>Pay with a test card</legend>
      {CARDS.map(([number, what]) => (
        <label class="pay-card" key={number}>
          <input type="radio" name={name} value={number} checked={card === number} onChange={() => choose(number)} />
          <CardIcon />
          <span>
            <span class="pay-number">•••• {number.slice(-4)}</span>
            <span class="soft">{what}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
