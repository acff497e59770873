import type { JSX } from "preact";
import { useLocation, useRoute } from "preact-iso";
import { useMemo, useState } from "preact/hooks";
import { CartLines } from "../cart/lines";
import { call } from "../core/api";
import { named, show } from "../core/cart";
import { count, money } from "../core/format";
import { newId } from "../core/ids";
import { useLoaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { useTitle } from "../parts/page";
import { Empty, Loading, Trouble } from "../parts/states";
import { NotFound } from "./not-found";

/** Somebody's cart as its link shows it; all of it can be put into one's own. */
export function SharedCartPage(): JSX.Element {
  const id = useRoute().params.id ?? "";
  const loaded = useLoaded(id, () => call("carts.shared", { share_id: id }));
  useTitle("A shared cart");
  if (problemOf(loaded.error, "carts.share_not_found") || problemOf(loaded.error, "bad_input")) return <NotFound />;
  if (loaded.error !== undefined) return <Trouble error={loaded.error} again={loaded.again} />;
  const cart = loaded.value;
  return (
    <section class="middle">
      <h1>A shared cart</h1>
      {!cart && <Loading />}
      {cart?.lines.length === 0 && <Empty title="It is empty now">Whoever shared it has taken everything out.</Empty>}
      {cart && cart.lines.length > 0 && (
        <>
          <CartLines lines={cart.lines} />
          <p class="total">
            <span>{count(cart.units, "unit")}</span>
            <strong>{cart.totals.map(money).join(" + ")}</strong>
          </p>
          <Copy shareId={id} />
        </>
      )}
    </section>
  );
}

function Copy({ shareId }: { shareId: string }): JSX.Element {
  const { route } = useLocation();
  const copyId = useMemo(newId, []);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const copy = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      show(await call("carts.copy", { share_id: shareId, copy_id: copyId, ...named() }));
      route("/cart");
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <>
      {error !== undefined && <Trouble error={error} />}
      <button type="button" class="button button-wide button-large" disabled={busy} onClick={() => void copy()}>
        {busy ? "Putting it in…" : "Put all of it into my cart"}
      </button>
    </>
  );
}
