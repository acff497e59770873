import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Money, SavedMethod, ShownGateway } from "../contract";
import { money } from "../core/format";
import { me } from "../core/session";
import { Tick } from "../parts/field";
import { Loading } from "../parts/states";
import { CardChoice } from "./card-choice";
import { useGateway } from "./gateway";
import { goodUntil, hasExpired, methodName, useMethods } from "./methods";
import { StripeForm } from "./stripe-form";
import { FIRST_CARD, TestCards } from "./test-cards";

/** Another card than the saved ones, which Stripe's fields ask for. */
const IN_FIELDS = "fields";
const BANK_TRANSFER = "bank_transfer";
/** What stands for a method where none is asked. */
const NOTHING = "nothing";

interface Props {
  /** What is paid for, as `checkout:<id>`. */
  thing: string;
  total: Money;
  busy: boolean;
  /** Pay by a saved card's id or a test card's number; keep it for next time. */
  pay: (method: string, keep: boolean) => void;
  /** Told when the browser's own fields begin to pay, and when they are done. */
  inFields: (paying: boolean) => void;
  /** What else is asked, or said, above the cards. */
  children: ComponentChildren;
}

/** Pay: with a saved card, with another one, and perhaps keep that. */
export function Pay(props: Props): JSX.Element {
  const gateway = useGateway();
  const methods = useMethods();
  if (props.total.amount === 0) return <Free {...props} />;
  // The cards never move under a finger: what is saved is known before any is shown.
  if (!gateway || (!methods.value && methods.error === undefined)) return <Loading />;
  return <Ready {...props} gateway={gateway} saved={methods.value ?? []} />;
}

/** Where a coupon pays for all of it, nobody is asked for a card. */
function Free({ total, busy, pay, children }: Props): JSX.Element {
  return (
    <form
      class="pay"
      onSubmit={(event) => {
        event.preventDefault();
        pay(NOTHING, false);
      }}
    >
      {children}
      <p class="soft">There is nothing to pay: the total is {money(total)}.</p>
      <button type="submit" class="button button-wide button-large" disabled={busy}>
        {busy ? "Ordering…" : "Order"}
      </button>
    </form>
  );
}

function Ready({ gateway, saved, ...props }: Props & { gateway: ShownGateway; saved: readonly SavedMethod[] }): JSX.Element {
  const simulated = gateway.name === "simulated";
  const [chosen, choose] = useState<string>();
  const [keep, setKeep] = useState(false);
  const good = saved.filter((method) => !hasExpired(method));
  const known = good.some((method) => method.id === chosen) || (chosen !== undefined && chosen.length !== UUID_LENGTH);
  const method = known && chosen !== undefined ? chosen : (good[0]?.id ?? (simulated ? FIRST_CARD : IN_FIELDS));
  const transfers = gateway.transfers === true && props.thing.startsWith("checkout:");
  const isCard = method !== BANK_TRANSFER;
  const isNew = isCard && !good.some(({ id }) => id === method);
  const keeping = me.value && isNew && <Tick label="Keep this card for next time" value={keep} set={setKeep} />;
  const name = `card ${props.thing}`;
  const cards = (simulated || transfers || saved.length > 0) && (
    <fieldset class="cards" disabled={props.busy}>
      <legend>{simulated && saved.length === 0 && !transfers ? "Pay with a test card" : "Pay with"}</legend>
      {saved.map((one) => (
        <CardChoice key={one.id} name={name} value={one.id} chosen={method} choose={choose} title={methodName(one)} about={hasExpired(one) ? `Expired ${goodUntil(one)}` : `Saved · good until ${goodUntil(one)}`} disabled={hasExpired(one)} />
      ))}
      {simulated ? <TestCards name={name} card={method} choose={choose} /> : <CardChoice name={name} value={IN_FIELDS} chosen={method} choose={choose} title="Another card" about="You type it into Stripe's own fields" />}
      {transfers && <CardChoice name={name} value={BANK_TRANSFER} chosen={method} choose={choose} title="Bank transfer" about="You transfer the money; it is sent when that has come" />}
    </fieldset>
  );
  if (!simulated && isNew) {
    return (
      <div class="pay">
        {props.children}
        {cards}
        {gateway.public_key ? (
          <StripeForm thing={props.thing} total={props.total} publicKey={gateway.public_key} keep={keep} paying={props.inFields}>
            {keeping}
          </StripeForm>
        ) : (
          <p class="notice notice-warm">This shop takes no cards in the browser yet. Its owner has to name Stripe's public key.</p>
        )}
      </div>
    );
  }
  return (
    <form
      class="pay"
      onSubmit={(event) => {
        event.preventDefault();
        props.pay(method, keep && isNew);
      }}
    >
      {props.children}
      {cards}
      {keeping}
      <button type="submit" class="button button-wide button-large" disabled={props.busy}>
        {props.busy ? "Paying…" : isCard ? `Pay ${money(props.total)}` : `Order and transfer ${money(props.total)}`}
      </button>
    </form>
  );
}

const UUID_LENGTH = 36;
