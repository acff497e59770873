import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Product, Variant } from "../contract";
import { whisper } from "../core/announce";
import { forgetWish, readWishes, stopWaiting, waitFor, wishes } from "../core/back-in-stock";
import { me } from "../core/session";
import { useDoing } from "../parts/doing";
import { Field } from "../parts/field";
import { Form } from "../parts/form";
import { useSending } from "../parts/forms";
import { Trouble } from "../parts/states";

/** For what is sold out: be told when it is there again, or not after all. */
export function TellMe({ product, variant }: { product: Product; variant: Variant }): JSX.Element | null {
  // Not known yet, nobody, somebody: each is another, and only a guest is asked for an e-mail.
  const who = me.value && me.value.id;
  useEffect(() => {
    if (who !== undefined) readWishes().catch(() => undefined);
  }, [who]);
  const waits = wishes.value.has(variant.id);
  useEffect(() => {
    if (variant.stock > 0 && waits) forgetWish(variant.id);
  }, [variant.stock, waits]);
  if (variant.stock > 0 || who === undefined) return null;
  return waits ? <Waiting variant={variant} /> : <Asking key={variant.id} product={product} variant={variant} />;
}

function Waiting({ variant }: { variant: Variant }): JSX.Element {
  const doing = useDoing();
  const stop = async (): Promise<void> => {
    await stopWaiting(variant.id);
    whisper("You are not told.");
  };
  return (
    <div class="stack">
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <p class="notice notice-good">You are told once when it is there again.</p>
      <p>
        <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(stop)}>
          Do not tell me
        </button>
      </p>
    </div>
  );
}

function Asking({ product, variant }: { product: Product; variant: Variant }): JSX.Element {
  const [email, setEmail] = useState("");
  const sending = useSending(["email"]);
  const send = async (): Promise<void> => {
    await waitFor(product.id, variant.id, email.trim());
    whisper("You are told once when it is there again.");
  };
  return (
    <Form sending={sending} submit="Tell me when it is back" busy="Saving…" label="Back in stock" check={() => (me.value || email.trim() ? undefined : { email: "Please type your e-mail." })} send={send}>
      {!me.value && <Field label="E-mail" name="email" type="email" autocomplete="email" hint="We write once, and forget it then." value={email} set={setEmail} error={sending.errors.email} />}
    </Form>
  );
}
