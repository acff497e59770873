import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Checkout, Id, PostalAddress } from "../contract";
import { call } from "../core/api";
import { me } from "../core/session";
import { AddressChoice } from "../parts/address-choice";
import { Field } from "../parts/field";
import { signInUrl } from "../parts/page";
import { addressLines, NOWHERE, PostalForm } from "../parts/postal-form";
import { Loading } from "../parts/states";

interface Props {
  checkout: Checkout;
  changed: (checkout: Checkout) => void;
}

/** Where it goes: a saved address or a new one; a guest says an e-mail, too. */
export function AddressStep({ checkout, changed }: Props): JSX.Element {
  const [changing, setChanging] = useState(false);
  const set = async (what: { address?: PostalAddress; address_id?: Id; email?: string }): Promise<void> => {
    changed(await call("checkout.set_address", { checkout_id: checkout.id, ...what }));
    setChanging(false);
  };
  return (
    <section class="panel" aria-labelledby="address-title">
      <div class="title-row">
        <h2 id="address-title">Deliver to</h2>
        {checkout.address && !changing && (
          <button type="button" class="button button-quiet button-small" onClick={() => setChanging(true)}>
            Change
          </button>
        )}
      </div>
      {checkout.address && !changing ? <Chosen checkout={checkout} address={checkout.address} /> : me.value === undefined ? <Loading /> : me.value ? <AddressChoice start={checkout.address} set={set} /> : <OfGuest checkout={checkout} set={set} />}
    </section>
  );
}

function Chosen({ checkout, address }: { checkout: Checkout; address: PostalAddress }): JSX.Element {
  return (
    <div>
      {addressLines(address).map((text) => (
        <p key={text}>{text}</p>
      ))}
      {checkout.email && <p class="soft">{checkout.email}</p>}
    </div>
  );
}

interface StepProps {
  checkout: Checkout;
  set: (what: { address?: PostalAddress; address_id?: Id; email?: string }) => Promise<void>;
}

function OfGuest({ checkout, set }: StepProps): JSX.Element {
  const [email, setEmail] = useState(checkout.email);
  return (
    <>
      <p class="soft">
        You buy as a guest. <a href={signInUrl(`/checkout/${checkout.id}`)}>Sign in</a> for your addresses and orders.
      </p>
      <PostalForm address={checkout.address ?? NOWHERE} submit="Deliver here" send={(address) => set({ address, email: email.trim() || undefined })}>
        {(errors) => <Field label="E-mail" type="email" name="email" autocomplete="email" inputMode="email" hint="For the order and what becomes of it." value={email} set={setEmail} error={errors.email} />}
      </PostalForm>
    </>
  );
}
