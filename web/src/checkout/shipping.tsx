import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Checkout } from "../contract";
import { call } from "../core/api";
import { dayRange, money } from "../core/format";
import { useDoing } from "../parts/doing";
import { Trouble } from "../parts/states";

interface Props {
  checkout: Checkout;
  changed: (checkout: Checkout) => void;
}

/** How it is sent. */
export function ShippingStep({ checkout, changed }: Props): JSX.Element {
  const doing = useDoing();
  const [wanted, want] = useState(checkout.shipping);
  useEffect(() => want(checkout.shipping), [checkout.shipping]);
  const choose = (option: string): void => {
    want(option);
    void doing.run(async () => changed(await call("checkout.set_shipping", { checkout_id: checkout.id, option })));
  };
  return (
    <section class="panel" aria-labelledby="shipping-title">
      <h2 id="shipping-title">Shipping</h2>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {checkout.options.length === 0 ? (
        <p class="soft">Enter the delivery address first.</p>
      ) : (
        <fieldset class="cards">
          <legend class="hidden">How it is sent</legend>
          {checkout.options.map((option) => (
            <label class="pay-card" key={option.code}>
              <input type="radio" name="shipping" value={option.code} checked={wanted === option.code} onChange={() => choose(option.code)} />
              <span>
                <span class="pay-number">
                  {option.name} · {option.price.amount === 0 ? "free" : money(option.price)}
                </span>
                <span class="soft">{dayRange(option.days_least, option.days_most)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </section>
  );
}
