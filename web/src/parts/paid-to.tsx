import type { JSX } from "preact";
import type { Id } from "../contract";
import { call } from "../core/api";
import { day } from "../core/format";
import { useLoaded } from "../core/loading";
import { problemOf } from "../core/problem";
import { spaced } from "../pay/iban";
import { Trouble } from "./states";

/** The bank account that a seller is paid out to, whole for who pays out; and since when, for whoever changed it may be somebody else. */
export function PaidTo({ sellerId }: { sellerId: Id }): JSX.Element | null {
  const { value, error, again } = useLoaded(`payout account ${sellerId}`, () => call("ledger.payout_account", { seller_id: sellerId }));
  if (problemOf(error, "ledger.payout_account_not_found")) return <p class="notice">The seller has not said which bank account is theirs.</p>;
  if (error !== undefined) return <Trouble error={error} again={again} />;
  if (!value) return null;
  return (
    <p>
      To {value.holder}, <code>{spaced(value.iban)}</code> <span class="soft">since {day(value.updated_at)}</span>
    </p>
  );
}
