import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useMemo } from "preact/hooks";
import type { Cart } from "../contract";
import { call } from "../core/api";
import { named } from "../core/cart";
import { secretId } from "../core/ids";
import { useDoing } from "../parts/doing";
import { Trouble } from "../parts/states";

/** Reserve what is in the cart, and go on to the checkout. */
export function BeginCheckout({ cart }: { cart: Cart }): JSX.Element {
  const { route } = useLocation();
  const doing = useDoing();
  // Of a cart as it is now there is one checkout, however often it has to be asked for.
  const id = useMemo(secretId, [cart.id, cart.revision]);
  const begin = async (): Promise<void> => {
    const { id: checkout } = await call("checkout.begin", { checkout_id: id, ...named() });
    route(`/checkout/${checkout}`);
  };
  return (
    <>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <button type="button" class="button button-wide button-large" disabled={doing.busy || cart.units === 0} onClick={() => void doing.run(begin)}>
        {doing.busy ? "Reserving…" : "Go to checkout"}
      </button>
    </>
  );
}
