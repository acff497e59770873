import type { ComponentChildren, JSX } from "preact";
import { FormError } from "../parts/form";
import type { Sending } from "../parts/forms";
import { Loading } from "../parts/states";
import type { Fields, StripeFields } from "./stripe-fields";

interface Props {
  stripe: StripeFields;
  sending: Sending;
  submit: string;
  busy: string;
  send: (fields: Fields) => Promise<void>;
  children?: ComponentChildren;
}

/** A form around Stripe's fields. */
export function FieldsForm({ stripe, sending, submit, busy, send, children }: Props): JSX.Element {
  const { box, fields, missing } = stripe;
  return (
    <form
      class="pay"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (fields) void sending.send(event.currentTarget, () => send(fields));
      }}
    >
      {sending.error && <FormError text={sending.error} />}
      {missing && <FormError text="The fields for your card could not be loaded. Allow js.stripe.com and load the page again." />}
      {!fields && !missing && <Loading />}
      <div ref={box} />
      {children}
      <button type="submit" class="button button-wide button-large" disabled={!fields || sending.busy}>
        {sending.busy ? busy : submit}
      </button>
    </form>
  );
}
