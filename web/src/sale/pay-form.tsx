import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Claim, DeliveryAddress } from "../contract";
import { declines } from "../core/belongings";
import { Field } from "../parts/field";
import { Pay } from "../pay/pay";
import { Wrong } from "../pay/wrong";
import type { Paying } from "./paying";

const NOWHERE: DeliveryAddress = { name: "", street: "", city: "", postal_code: "", country: "", extra: "" };

interface Props {
  claim: Claim;
  paying: Paying;
  needsAddress: boolean;
  inFields: (paying: boolean) => void;
}

/** Choose a card and pay; say where it goes, too, where the sale counts by address. */
export function PayForm({ claim, paying, needsAddress, inFields }: Props): JSX.Element {
  const [address, setAddress] = useState(NOWHERE);
  return (
    <Pay thing={`claim:${claim.id}`} total={claim.total} busy={paying.busy} pay={(method, keep) => paying.pay(method, keep, needsAddress ? address : null)} inFields={inFields}>
      {!paying.busy && <Wrong failure={declines.value.get(claim.id)} error={paying.error} kept="Your units are still on hold: try another card." />}
      {needsAddress && <Address address={address} set={setAddress} />}
    </Pay>
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
