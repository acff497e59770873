import type { JSX } from "preact";
import { CouponField } from "../cart/coupon";
import { CartLines } from "../cart/lines";
import { QuoteView } from "../cart/quote";
import { pricedLine, useQuote, type Quoting } from "../cart/quoting";
import { ShareCart } from "../cart/share";
import { LineWhy } from "../cart/why";
import { BeginCheckout } from "../checkout/begin";
import type { Cart, CartLine, Id, PricedLine } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { cartTrouble, leftOut, MOST_UNITS, removeFromCart, setQuantity, useCart, waitingId } from "../core/cart";
import { edits } from "../core/cart-edits";
import { line } from "../core/connection";
import { count, money } from "../core/format";
import { useLoaded } from "../core/loading";
import { useKeptFocus } from "../parts/focus";
import { useTitle } from "../parts/page";
import { Empty, Loading, Trouble } from "../parts/states";
import { Stepper } from "../sale/stepper";

/** The cart: the same on every tab and device, and it goes on while there is no line. */
export function CartPage(): JSX.Element {
  useTitle("Cart");
  const { cart, error, again } = useCart();
  return (
    <section class="wide">
      <h1>Cart</h1>
      {cart ? <Filled cart={cart} /> : error !== undefined ? <Trouble error={error} again={again} /> : <Loading />}
    </section>
  );
}

function Filled({ cart }: { cart: Cart }): JSX.Element {
  const box = useKeptFocus<HTMLDivElement>(0);
  return (
    <div ref={box} tabIndex={-1}>
      <Waiting />
      {cartTrouble.value !== undefined && <Trouble error={cartTrouble.value} />}
      <LeftOut />
      {cart.lines.length === 0 ? (
        <Empty title="Your cart is empty">
          What you put in is kept, on all your devices. <a href="/">To the shop</a>
        </Empty>
      ) : (
        <Priced cart={cart} />
      )}
    </div>
  );
}

function Priced({ cart }: { cart: Cart }): JSX.Element {
  const quoting = useQuote(cart);
  const quote = quoting.totals?.quote ?? undefined;
  const priced = (it: CartLine): PricedLine | undefined => pricedLine(quote, it);
  const under = (it: CartLine): JSX.Element => (
    <>
      {it.price && <LineWhy line={priced(it)} quote={quote} />}
      <LineActions cart={cart} line={it} />
    </>
  );
  return (
    <div class="cart">
      <CartLines lines={cart.lines} priced={priced} actions={under} />
      <Summary cart={cart} quoting={quoting} />
    </div>
  );
}

/** What was done while there was no line. */
function Waiting(): JSX.Element {
  const made = edits.value?.made.length ?? 0;
  return <p role="status">{line.value === "down" && made > 0 && <span class="notice notice-warm">{count(made, "change")} kept here until the connection is back.</span>}</p>;
}

function LeftOut(): JSX.Element | null {
  if (leftOut.value.length === 0) return null;
  const full = leftOut.value.some((it) => it.reason === "full");
  return (
    <p class="notice notice-warm" role="alert">
      {full ? "The cart is full, so not everything could be put in." : "Something that you put in is not sold any more, so it was left out."}
      {waitingId.value && <Waits cart={waitingId.value} />}
    </p>
  );
}

/** What somebody had put in before they signed in, and what finds no room in their account's cart. */
function Waits({ cart }: { cart: Id }): JSX.Element | null {
  const waits = useLoaded(`waits ${cart} ${leftOut.value.length}`, () => call("carts.show", { cart_id: cart })).value?.lines ?? [];
  if (waits.length === 0) return null;
  return <> It waits in this browser until there is room: {waits.map((it) => it.title || "something not sold any more").join(", ")}.</>;
}

function LineActions({ cart, line: it }: { cart: Cart; line: CartLine }): JSX.Element {
  const remove = (): void => {
    removeFromCart(cart, it);
    announce(`${it.title} is removed.`);
  };
  return (
    <div class="cart-actions">
      {it.price && <Stepper value={it.quantity} most={Math.max(it.quantity, Math.min(it.stock, MOST_UNITS))} set={(quantity) => setQuantity(cart, it, quantity)} name={`How many of ${it.title}`} />}
      <button type="button" class="link" onClick={remove}>
        Remove <span class="hidden">{it.title}</span>
      </button>
    </div>
  );
}

function Summary({ cart, quoting }: { cart: Cart; quoting: Quoting }): JSX.Element {
  const { totals, error, again, enter, drop } = quoting;
  return (
    <aside class="panel summary" aria-label="Summary">
      {totals?.quote ? <QuoteView quote={totals.quote} /> : <Plain cart={cart} />}
      {error !== undefined && <Trouble error={error} again={again} />}
      <CouponField codes={totals?.codes ?? []} enter={enter} drop={drop} />
      <BeginCheckout cart={cart} />
      <ShareCart cart={cart} />
    </aside>
  );
}

/** Until the quote is there, and where there is none. */
function Plain({ cart }: { cart: Cart }): JSX.Element {
  return (
    <dl class="sums">
      {cart.totals.map((it) => (
        <div key={it.currency} class="sum-total">
          <dt>Subtotal</dt>
          <dd>{money(it)}</dd>
        </div>
      ))}
    </dl>
  );
}
