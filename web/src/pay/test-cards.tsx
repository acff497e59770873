import type { JSX } from "preact";
import { CardChoice } from "./card-choice";

// The cards of the simulated gateway, as its documentation names them.
const CARDS: readonly (readonly [number: string, what: string])[] = [
  ["4242424242424242", "Works"],
  ["4000002500003155", "Asks you to confirm with the bank"],
  ["4000000000000259", "Works, but takes a while"],
  ["4000000000000002", "Is declined"],
];

export const FIRST_CARD = CARDS[0]![0];

interface Props {
  /** Tells these from others on the page. */
  name: string;
  card: string;
  choose: (card: string) => void;
}

/** The cards to choose from where no money is real. */
export function TestCards({ name, card, choose }: Props): JSX.Element {
  return (
    <>
      {CARDS.map(([number, what]) => (
        <CardChoice key={number} name={name} value={number} chosen={card} choose={choose} title={`•••• ${number.slice(-4)}`} about={what} />
      ))}
    </>
  );
}
