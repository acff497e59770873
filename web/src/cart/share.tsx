import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Cart, Id } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { named } from "../core/cart";
import { secretId } from "../core/ids";
import { store, stored } from "../core/storage";
import { Trouble } from "../parts/states";

/** A link that shows the cart to whoever has it, until it is ended. */
export function ShareCart({ cart }: { cart: Cart }): JSX.Element {
  const key = `cart link ${cart.id}`;
  const [shared, setShared] = useState<Id | undefined>(() => stored<Id>(key));
  const [error, setError] = useState<unknown>();
  const link = useRef<HTMLInputElement>(null);
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    if (fresh) link.current?.select();
  }, [fresh]);

  const keep = (id: Id | undefined): void => {
    store(key, id);
    setShared(id);
    setFresh(id !== undefined);
  };
  const attempt = (work: () => Promise<void>): void => {
    setError(undefined);
    work().catch(setError);
  };
  const begin = async (): Promise<void> => keep((await call("carts.share", { share_id: secretId(), ...named() })).id);
  const end = async (id: Id): Promise<void> => {
    await call("carts.unshare", { share_id: id, ...named() });
    keep(undefined);
    announce("The link shows nothing any more.");
  };
  if (shared === undefined) {
    return (
      <>
        {error !== undefined && <Trouble error={error} />}
        <button type="button" class="button button-quiet button-wide" onClick={() => attempt(begin)}>
          Share this cart
        </button>
      </>
    );
  }
  const url = `${location.origin}/cart/shared/${shared}`;
  return (
    <div class="share">
      {error !== undefined && <Trouble error={error} />}
      <div class="field">
        <label for="share-link">Whoever has this link sees the cart</label>
        <input id="share-link" ref={link} readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
      </div>
      <div class="actions">
        {"clipboard" in navigator && (
          <button type="button" class="button button-quiet button-small" onClick={() => attempt(async () => (await navigator.clipboard.writeText(url), announce("The link is copied.")))}>
            Copy the link
          </button>
        )}
        <button type="button" class="button button-quiet button-small" onClick={() => attempt(() => end(shared))}>
          End the link
        </button>
      </div>
    </div>
  );
}
