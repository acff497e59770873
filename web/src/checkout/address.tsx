import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Address, Checkout, Id, PostalAddress } from "../contract";
import { call } from "../core/api";
import { usePages } from "../core/loading";
import { me } from "../core/session";
import { useDoing } from "../parts/doing";
import { Field } from "../parts/field";
import { signInUrl } from "../parts/page";
import { addressLines, NOWHERE, PostalForm } from "../parts/postal-form";
import { Loading, Trouble } from "../parts/states";

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
      {checkout.address && !changing ? <Chosen checkout={checkout} address={checkout.address} /> : me.value === undefined ? <Loading /> : me.value ? <OfPerson checkout={checkout} set={set} /> : <OfGuest checkout={checkout} set={set} />}
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

function OfPerson({ checkout, set }: StepProps): JSX.Element {
  const book = usePages("addresses of checkout", () => call("addresses.list", {}));
  const [typing, setTyping] = useState(false);
  if (book.error !== undefined) return <Trouble error={book.error} again={book.again} />;
  if (!book.items) return <Loading />;
  if (typing || book.items.length === 0) {
    return <PostalForm address={checkout.address ?? { ...NOWHERE, name: me.value?.name ?? "" }} submit="Deliver here" cancel={typing ? () => setTyping(false) : undefined} send={(address) => set({ address })} />;
  }
  return <Saved addresses={book.items} set={set} another={() => setTyping(true)} />;
}

function Saved({ addresses, set, another }: { addresses: readonly Address[]; set: StepProps["set"]; another: () => void }): JSX.Element {
  const [chosen, choose] = useState(addresses[0]!.id);
  const doing = useDoing();
  return (
    <div class="form">
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <fieldset class="cards">
        <legend>Your addresses</legend>
        {addresses.map(({ id, address }) => (
          <label class="pay-card" key={id}>
            <input type="radio" name="address" value={id} checked={chosen === id} onChange={() => choose(id)} />
            <span>{addressLines(address).join(", ")}</span>
          </label>
        ))}
      </fieldset>
      <div class="actions">
        <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(() => set({ address_id: chosen }))}>
          Deliver here
        </button>
        <button type="button" class="button button-quiet" onClick={another}>
          Another address
        </button>
      </div>
    </div>
  );
}
