import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { useLoaded } from "../core/loading";
import { Form } from "../parts/form";
import { useSending } from "../parts/forms";
import { Loading, Trouble } from "../parts/states";
import { FieldsForm } from "./fields-form";
import { useGateway } from "./gateway";
import { useStripeFields, type Fields as Filled } from "./stripe-fields";
import { FIRST_CARD, TestCards } from "./test-cards";

interface Props {
  saved: () => void;
  cancel: () => void;
}

/** Save a card for next time. */
export function AddCard({ saved, cancel }: Props): JSX.Element {
  const gateway = useGateway();
  return (
    <section class="panel" aria-labelledby="add-card">
      <h2 id="add-card">New card</h2>
      {!gateway ? <Loading /> : gateway.name === "simulated" ? <AddTestCard saved={saved} cancel={cancel} /> : <AddInFields publicKey={gateway.public_key} saved={saved} cancel={cancel} />}
    </section>
  );
}

function AddTestCard({ saved, cancel }: Props): JSX.Element {
  const [card, choose] = useState(FIRST_CARD);
  const sending = useSending([]);
  const send = async (): Promise<void> => {
    await call("payments.add_method", { method_id: newId(), payment_method: card });
    saved();
  };
  return (
    <Form sending={sending} submit="Save the card" busy="Saving…" cancel={cancel} send={send}>
      <fieldset class="cards">
        <legend>A test card</legend>
        <TestCards name="new card" card={card} choose={choose} />
      </fieldset>
    </Form>
  );
}

/** Another card is tried within the same saving. */
function AddInFields({ publicKey, saved, cancel }: Props & { publicKey: string }): JSX.Element {
  const method_id = useRef(newId()).current;
  const begun = useLoaded(method_id, () => call("payments.add_method", { method_id }));
  if (begun.error !== undefined) return <Trouble error={begun.error} again={begun.again} />;
  if (!begun.value) return <Loading />;
  const conclude = async (): Promise<void> => {
    await call("payments.add_method", { method_id });
    saved();
  };
  return <Fields publicKey={publicKey} clientSecret={begun.value.client_secret} conclude={conclude} cancel={cancel} />;
}

interface FieldsProps {
  publicKey: string;
  clientSecret: string;
  conclude: () => Promise<void>;
  cancel: () => void;
}

function Fields({ publicKey, clientSecret, conclude, cancel }: FieldsProps): JSX.Element {
  const fields = useStripeFields(publicKey, { clientSecret });
  const sending = useSending([]);
  const send = async ({ stripe, elements }: Filled): Promise<void> => {
    const confirmed = await stripe.confirmSetup({ elements, confirmParams: { return_url: location.href }, redirect: "if_required" });
    if (confirmed.error) throw new Error(confirmed.error.message ?? "The bank declined. Nothing was saved.");
    await conclude();
  };
  return (
    <FieldsForm stripe={fields} sending={sending} submit="Save the card" busy="Saving…" send={send}>
      <button type="button" class="button button-quiet" onClick={cancel}>
        Cancel
      </button>
    </FieldsForm>
  );
}
