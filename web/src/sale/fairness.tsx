import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Place } from "../contract";
import { Trouble } from "../parts/states";
import { checkDraw, type Checked } from "./draw";
import type { LiveSale } from "./live";

/** How the lobby is, or was, drawn; and the means to check it oneself. */
export function Fairness({ live: { sale, phase, line }, place }: { live: LiveSale; place: Place | undefined }): JSX.Element | null {
  // The commitment that this page saw first: one that is changed later proves nothing.
  const [commitment] = useState(sale.commitment);
  const [checked, setChecked] = useState<Checked>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const drawnOrToBe = phase === "upcoming" || line.lobby > 0 || sale.seed !== "";
  if (!commitment || !drawnOrToBe) return null;
  const check = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await checkDraw(sale.id, commitment, place?.id).then(setChecked, setError);
    setBusy(false);
  };
  return (
    <details class="fairness">
      <summary>{sale.seed ? "The draw, to check for yourself" : "How the lobby is drawn"}</summary>
      {sale.seed ? (
        <>
          <p class="soft">The secret was fixed before anybody joined, and is public now. This page can compute the order again.</p>
          {error !== undefined && <Trouble error={error} />}
          {checked && <Result checked={checked} />}
          <button type="button" class="button button-quiet" disabled={busy} onClick={() => void check()}>
            {busy ? "Checking…" : "Check the draw"}
          </button>
        </>
      ) : (
        <p class="soft">A secret was fixed when the sale was set up. This is its fingerprint; the secret is published at the start, so that anybody can check that the order follows from it.</p>
      )}
      <p>
        <code class="fingerprint">{commitment}</code>
      </p>
    </details>
  );
}

function Result({ checked }: { checked: Checked }): JSX.Element {
  return (
    <p class={checked.true ? "notice notice-good" : "notice notice-bad"} role="status">
      {checked.true ? `The order of all ${checked.count} places follows from the secret, and the secret is the one that was fixed before.` : "The order does not follow from the secret that was fixed before."}
      {checked.mine > 0 && ` Yours was drawn number ${checked.mine}.`}
    </p>
  );
}
