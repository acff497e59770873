import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Cart, CartShare, Id } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { named } from "../core/cart";
import { secretId } from "../core/ids";
import { useLoaded } from "../core/loading";
import { useDoing } from "../parts/doing";
import { Trouble } from "../parts/states";

/** Links that show the cart to whoever has them, until they are ended. */
export function ShareCart({ cart }: { cart: Cart }): JSX.Element {
  const links = useLoaded(`links ${cart.id}`, () => call("carts.shares", named()));
  const doing = useDoing();
  const [made, setMade] = useState<Id>();
  const begin = async (): Promise<void> => {
    setMade((await call("carts.share", { share_id: secretId(), ...named() })).id);
    links.again();
  };
  return (
    <>
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {links.value?.length ? (
        links.value.map((it) => <Link key={it.id} share={it} fresh={it.id === made} ended={links.again} />)
      ) : (
        <button type="button" class="button button-quiet button-wide" disabled={doing.busy} onClick={() => void doing.run(begin)}>
          Share this cart
        </button>
      )}
    </>
  );
}

function Link({ share, fresh, ended }: { share: CartShare; fresh: boolean; ended: () => void }): JSX.Element {
  const doing = useDoing();
  const link = useRef<HTMLInputElement>(null);
  const field = `link-${share.id}`;
  const url = `${location.origin}/cart/shared/${share.id}`;
  useEffect(() => {
    if (fresh) link.current?.select();
  }, [fresh]);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(url);
    announce("The link is copied.");
  };
  const end = async (): Promise<void> => {
    await call("carts.unshare", { share_id: share.id, ...named() });
    announce("The link shows nothing any more.");
    ended();
  };
  return (
    <div class="share">
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <div class="field">
        <label for={field}>Whoever has this link sees the cart</label>
        <input id={field} ref={link} readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
      </div>
      <div class="actions">
        {"clipboard" in navigator && (
          <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(copy)}>
            Copy the link
          </button>
        )}
        <button type="button" class="button button-quiet button-small" disabled={doing.busy} onClick={() => void doing.run(end)}>
          End the link
        </button>
      </div>
    </div>
  );
}
