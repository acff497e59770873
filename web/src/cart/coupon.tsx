import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { announce } from "../core/announce";
import { useDoing } from "../parts/doing";
import { Field } from "../parts/field";
import { useSending } from "../parts/forms";
import { Trouble } from "../parts/states";

interface Props {
  codes: readonly string[];
  enter: (code: string) => Promise<void>;
  drop: (code: string) => Promise<void>;
}

/** Enter a coupon's code; those that were entered can be taken out again. */
export function CouponField({ codes, enter, drop }: Props): JSX.Element {
  const [code, setCode] = useState("");
  const sending = useSending(["code"]);
  const dropping = useDoing();
  const send = async (): Promise<void> => {
    await enter(code.trim());
    announce("The coupon is in your cart.");
    setCode("");
  };
  return (
    <div class="coupon">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim() === "") sending.refuse(event.currentTarget, { code: "Please type a code." });
          else void sending.send(event.currentTarget, send);
        }}
      >
        <Field label="Coupon" name="code" autocomplete="off" value={code} set={setCode} error={sending.errors.code ?? sending.error} />
        <button type="submit" class="button button-quiet" disabled={sending.busy}>
          {sending.busy ? "Applying…" : "Apply"}
        </button>
      </form>
      {dropping.error !== undefined && <Trouble error={dropping.error} />}
      {codes.length > 0 && (
        <ul class="codes" aria-label="Entered coupons">
          {codes.map((it) => (
            <li key={it} class="chip">
              {it}{" "}
              <button type="button" class="link" aria-label={`Remove ${it}`} onClick={() => void dropping.run(() => drop(it))}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
