import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Cart } from "../contract";
import { announce } from "../core/announce";
import { Field } from "../parts/field";
import { useSending } from "../parts/forms";
import { codes, dropCode, enterCode } from "./quoting";

/** Enter a coupon's code; those that were entered can be taken out again. */
export function CouponField({ cart }: { cart: Cart }): JSX.Element {
  const [code, setCode] = useState("");
  const sending = useSending(["code"]);
  const enter = async (): Promise<void> => {
    await enterCode(cart, code);
    announce("The coupon is entered.");
    setCode("");
  };
  return (
    <div class="coupon">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim() === "") sending.refuse(event.currentTarget, { code: "Please type a code." });
          else void sending.send(event.currentTarget, enter);
        }}
      >
        <Field label="Coupon" name="code" value={code} set={setCode} error={sending.errors.code ?? sending.error} />
        <button type="submit" class="button button-quiet" disabled={sending.busy}>
          {sending.busy ? "Entering…" : "Enter"}
        </button>
      </form>
      {codes.value.length > 0 && (
        <ul class="codes" aria-label="Entered coupons">
          {codes.value.map((it) => (
            <li key={it} class="chip">
              {it}{" "}
              <button type="button" class="link" aria-label={`Take out ${it}`} onClick={() => dropCode(it)}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
