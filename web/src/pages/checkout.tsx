import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { CouponField } from "../cart/coupon";
import { QuoteView } from "../cart/quote";
import { AddressStep } from "../checkout/address";
import { PayStep } from "../checkout/pay";
import { ShippingStep } from "../checkout/shipping";
import type { Checkout } from "../contract";
import { call } from "../core/api";
import { count, left, money, optionText, spoken } from "../core/format";
import { useLoaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { me } from "../core/session";
import { useServerNow } from "../core/ticking";
import { useWatched } from "../core/watching";
import { useKeptFocus } from "../parts/focus";
import { useGoingOn } from "../parts/going-on";
import { useTitle } from "../parts/page";
import { Picture } from "../parts/picture";
import { Loading, Trouble } from "../parts/states";
import { NotFound } from "./not-found";

/** From the cart to the order, on one page. The total is in sight at each step. */
export function CheckoutPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("checkout.show", { checkout_id: id }));
  const live = useWatched("checkout", loaded.value && id).state;
  const [answered, setAnswered] = useState<Checkout>();
  useEffect(() => setAnswered(undefined), [live]);
  useTitle("Checkout");
  const checkout = answered ?? live ?? loaded.value;
  if (problemOf(loaded.error, "checkout.not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!checkout) return <Loading />;
  return (
    <section class="wide">
      <h1>Checkout</h1>
      {checkout.status === "open" || checkout.status === "paying" ? <Steps checkout={checkout} changed={setAnswered} /> : <Over checkout={checkout} />}
    </section>
  );
}

function Steps({ checkout, changed }: { checkout: Checkout; changed: (checkout: Checkout) => void }): JSX.Element {
  const open = checkout.status === "open";
  const box = useKeptFocus<HTMLDivElement>(0);
  return (
    <>
      <Reserved checkout={checkout} />
      <div class="cart">
        <div class="checkout-steps" ref={box} tabIndex={-1}>
          {open && <AddressStep checkout={checkout} changed={changed} />}
          {open && <ShippingStep checkout={checkout} changed={changed} />}
          <PayStep checkout={checkout} changed={changed} />
          {open && <Leave checkout={checkout} changed={changed} />}
        </div>
        <Summary checkout={checkout} />
      </div>
    </>
  );
}

function Reserved({ checkout }: { checkout: Checkout }): JSX.Element {
  const until = Date.parse(checkout.expires_at);
  const remaining = Math.max(0, until - useServerNow(until));
  return (
    <p class="checkout-bar">
      <span role="timer" aria-label={`Reserved for ${spoken(remaining)}`}>
        <span aria-hidden="true">
          Reserved for <strong class="digits">{left(remaining)}</strong>
        </span>
      </span>
      <strong class="digits">Total {money(checkout.total)}</strong>
    </p>
  );
}

function Summary({ checkout }: { checkout: Checkout }): JSX.Element {
  const guest = checkout.cart_id === me.value?.id ? {} : { cart_id: checkout.cart_id };
  return (
    <aside class="panel summary" aria-label="Summary">
      <ul class="lines">
        {checkout.lines.map((line) => (
          <li key={line.variant_id} class="checkout-line">
            <Picture url={line.image_url || undefined} alt="" />
            <div class="row-main">
              <p class="row-title">{line.title}</p>
              <p class="soft">{[optionText(line.options), count(line.quantity, "unit")].filter(Boolean).join(" · ")}</p>
            </div>
            <p class="digits">{priceOf(checkout, line.variant_id)}</p>
          </li>
        ))}
      </ul>
      <QuoteView quote={checkout.quote}>
        {checkout.status === "open" && (
          <CouponField
            codes={checkout.codes}
            enter={async (code) => void (await call("carts.enter_coupon", { code, ...guest }))}
            drop={async (code) => void (await call("carts.remove_coupon", { code, ...guest }))}
          />
        )}
      </QuoteView>
    </aside>
  );
}

function priceOf(checkout: Checkout, variantId: string): string {
  const line = checkout.quote.lines.find((it) => it.variant_id === variantId);
  return line ? money(line.before) : "";
}

function Leave({ checkout, changed }: { checkout: Checkout; changed: (checkout: Checkout) => void }): JSX.Element {
  const { route } = useLocation();
  const [error, setError] = useState<unknown>();
  const leave = async (): Promise<void> => {
    changed(await call("checkout.cancel", { checkout_id: checkout.id }));
    route("/cart");
  };
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      <button type="button" class="button button-quiet" onClick={() => void leave().catch(setError)}>
        Back to the cart
      </button>
    </>
  );
}

/** It is ordered, or its time is over. */
function Over({ checkout }: { checkout: Checkout }): JSX.Element {
  const goOn = useGoingOn();
  const order = checkout.order_key ? `/orders/guest/${checkout.order_key}` : checkout.order_id && `/orders/${checkout.order_id}`;
  useEffect(() => {
    if (checkout.status === "completed" && order) goOn(`${order}?new`);
  }, [checkout.status, order]);
  if (checkout.status === "completed") return <Loading />;
  return (
    <div class="notice notice-warm" role="status">
      <p>
        <strong>{checkout.status === "replaced" ? "This checkout was begun anew elsewhere" : "The time of this checkout is over"}</strong>
      </p>
      <p>{checkout.refunded ? "Your payment came too late. It goes back to you." : "Nothing was charged. Begin anew from your cart."}</p>
      <a class="button" href="/cart">
        To the cart
      </a>
    </div>
  );
}
