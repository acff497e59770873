import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Claim, DeliveryAddress } from "../contract";
import { declines } from "../core/belongings";
import { money } from "../core/format";
import { decline, NoAnswer, problemOf, sentence } from "../core/problem";
import { Field } from "../parts/field";
import { CardIcon } from "../parts/icons";
import type { Paying } from "./paying";

// The cards of the simulated gateway, as its documentation names them.
const CARDS: readonly (readonly [number: string, what: string])[] = [
  ["4242424242424242", "Works"],
  ["4000002500003155", "Asks you to confirm with the bank"],
  ["4000000000000259", "Works, but takes a while"],
  ["4000000000000002", "Is declined"],
];

const NOWHERE: DeliveryAddress = { name: "", street: "", city: "", postal_code: "", country: "", extra: "" };

interface Props {
  claim: Claim;
  paying: Paying;
  needsAddress: boolean;
}

/** Choose a card and pay; say where it goes, too, where the sale counts by address. */
export function PayForm({ claim, paying, needsAddress }: Props): JSX.Element {
  const [card, choose] = useState(CARDS[0]![0]);
  const [address, setAddress] = useState(NOWHERE);
  return (
    <form
      class="pay"
      onSubmit={(event) => {
        event.preventDefault();
        paying.pay(card, needsAddress ? address : null);
      }}
    >
      <Wrong claim={claim} paying={paying} />
      {needsAddress && <Address address={address} set={setAddress} />}
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

function Address({ address, set }: { address: DeliveryAddress; set: (address: DeliveryAddress) => void }): JSX.Element {
  const field = (name: keyof DeliveryAddress): { name: string; value: string; set: (value: string) => void } => ({
    name,
    value: address[name] ?? "",
    set: (value) => set({ ...address, [name]: name === "country" ? value.trim().toUpperCase() : value }),
  });
  return (
    <fieldset class="fields">
      <legend>Where it goes</legend>
      <Field label="Name" autocomplete="name" {...field("name")} />
      <Field label="Street and number" autocomplete="street-address" {...field("street")} />
      <Field label="Postal code" autocomplete="postal-code" {...field("postal_code")} />
      <Field label="City" autocomplete="address-level2" {...field("city")} />
      <Field label="Country" autocomplete="country" hint="Two letters, like DE" {...field("country")} />
    </fieldset>
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
