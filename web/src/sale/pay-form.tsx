import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Claim, DeliveryAddress } from "../contract";
import { declines } from "../core/belongings";
import { money } from "../core/format";
import { decline, NoAnswer, problemOf, sentence } from "../core/problem";
import { Cards, FIRST_CARD } from "../parts/cards";
import { Field } from "../parts/field";
import type { Paying } from "./paying";

const NOWHERE: DeliveryAddress = { name: "", street: "", city: "", postal_code: "", country: "", extra: "" };

interface Props {
  claim: Claim;
  paying: Paying;
  needsAddress: boolean;
}

/** Choose a card and pay; say where it goes, too, where the sale counts by address. */
export function PayForm({ claim, paying, needsAddress }: Props): JSX.Element {
  const [card, choose] = useState(FIRST_CARD);
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
      <Cards name={`card ${claim.id}`} card={card} choose={choose} disabled={paying.busy} />
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
