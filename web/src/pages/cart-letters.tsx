import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { call } from "../core/api";
import { named, show } from "../core/cart";
import { me } from "../core/session";
import { useDoing } from "../parts/doing";
import { tokenOfMail } from "../parts/mail-token";
import { useTitle } from "../parts/page";
import { Trouble } from "../parts/states";

/** Where a letter about a cart leads. A button brings the cart: programs that look through mail open links too. */
export function RestoreCart(): JSX.Element {
  useTitle("Your cart");
  const { route } = useLocation();
  const doing = useDoing();
  const restore = async (): Promise<void> => {
    show(await call("carts.restore", { token: tokenOfMail(), ...named() }));
    route("/cart");
  };
  return (
    <section class="narrow">
      <h1>Your cart</h1>
      <p class="soft">You came from a mail of ours. One click, and what you had left is in your cart on this device.</p>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <p>
        <button type="button" class="button" disabled={doing.busy || me.value === undefined} onClick={() => void doing.run(restore)}>
          {doing.busy ? "Bringing it back…" : "Bring my cart back"}
        </button>
      </p>
    </section>
  );
}

/** Where a letter about a cart lets one end such letters, and have them again. */
export function CartReminders(): JSX.Element {
  useTitle("E-mails about your cart");
  const [wanted, setWanted] = useState(true);
  const doing = useDoing();
  const choose = async (): Promise<void> => {
    setWanted((await call("carts.choose_reminders", { token: tokenOfMail(), wanted: !wanted })).wanted);
  };
  return (
    <section class="narrow">
      <h1>E-mails about your cart</h1>
      <p class="soft" role="status">
        {wanted ? "When you leave something in your cart, we write to you: three times at most." : "We write to you no more about what you leave in your cart. E-mails about your orders still come."}
      </p>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <p>
        <button type="button" class={wanted ? "button" : "button button-quiet"} disabled={doing.busy} onClick={() => void doing.run(choose)}>
          {wanted ? "Stop these e-mails" : "Send them again"}
        </button>
      </p>
    </section>
  );
}
