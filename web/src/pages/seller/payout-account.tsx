import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Id } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { day } from "../../core/format";
import { useLoaded } from "../../core/loading";
import { may } from "../../core/permissions";
import { problemOf } from "../../core/problem";
import { Field } from "../../parts/field";
import { Form, missing } from "../../parts/form";
import { useSending } from "../../parts/forms";
import { Trouble } from "../../parts/states";

/** The bank account that the shop pays out to, and another in its place. */
export function PayoutAccount({ sellerId }: { sellerId: Id }): JSX.Element {
  const loaded = useLoaded(`payout account ${sellerId}`, () => call("ledger.payout_account", { seller_id: sellerId }));
  const [changing, setChanging] = useState(false);
  const none = problemOf(loaded.error, "ledger.payout_account_not_found");
  return (
    <section class="panel" aria-labelledby="payout-account">
      <h2 id="payout-account">Where it is paid out to</h2>
      {loaded.error !== undefined && !none && <Trouble error={loaded.error} again={loaded.again} />}
      {none && <p>Nowhere yet: say which bank account is yours.</p>}
      {loaded.value && (
        <p>
          {loaded.value.holder}, <code>{loaded.value.iban}</code> <span class="soft">since {day(loaded.value.updated_at)}</span>
        </p>
      )}
      {changing ? (
        <AccountForm
          sellerId={sellerId}
          close={() => setChanging(false)}
          saved={() => {
            setChanging(false);
            loaded.again();
          }}
        />
      ) : (
        may("ledger.set_payout_account") && (
          <div class="actions">
            <button type="button" class="button button-quiet" onClick={() => setChanging(true)}>
              {none ? "Say where" : "Change the account"}
            </button>
          </div>
        )
      )}
    </section>
  );
}

function AccountForm({ sellerId, saved, close }: { sellerId: Id; saved: () => void; close: () => void }): JSX.Element {
  const [typed, setTyped] = useState({ holder: "", iban: "", password: "" });
  const sending = useSending(["holder", "iban", "password"]);
  const send = async (): Promise<void> => {
    await call("ledger.set_payout_account", { seller_id: sellerId, holder: typed.holder.trim(), iban: typed.iban, password: typed.password });
    announce("Saved.");
    saved();
  };
  return (
    <Form sending={sending} submit="Save the account" busy="Saving…" label="Bank account" send={send} cancel={close} check={() => missing(typed, { holder: "the account's holder", iban: "the IBAN", password: "your password" })}>
      <Field label="Account holder" name="holder" autocomplete="off" value={typed.holder} set={(holder) => setTyped({ ...typed, holder })} error={sending.errors.holder} />
      <Field label="IBAN" name="iban" autocomplete="off" value={typed.iban} set={(iban) => setTyped({ ...typed, iban })} error={sending.errors.iban} />
      <Field label="Your password" type="password" name="password" autocomplete="current-password" hint="If you have none, have one sent to you first. A mail tells you of the change." value={typed.password} set={(password) => setTyped({ ...typed, password })} error={sending.errors.password} />
    </Form>
  );
}
