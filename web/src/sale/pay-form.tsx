import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Address, Claim, PostalAddress } from "../contract";
import { call } from "../core/api";
import { declines } from "../core/belongings";
import { newId } from "../core/ids";
import { AddressChoice, useBook, type ChosenAddress } from "../parts/address-choice";
import { addressLines } from "../parts/postal-form";
import { Loading } from "../parts/states";
import { Pay } from "../pay/pay";
import { Wrong } from "../pay/wrong";
import type { Paying } from "./paying";

interface Props {
  claim: Claim;
  paying: Paying;
  needsAddress: boolean;
  inFields: (paying: boolean) => void;
}

/**
 * Choose a card and pay. It goes to the person's usual address, which is chosen here, too: before paying where the sale
 * counts by address, else also later, for the clock of the hold is running.
 */
export function PayForm({ claim, paying, needsAddress, inFields }: Props): JSX.Element {
  const book = useBook();
  const [choosing, setChoosing] = useState(false);
  if (!book.items && book.error === undefined) return <Loading />;
  const usual = book.items?.find((entry) => entry.is_default)?.address;
  if (choosing || (needsAddress && !usual)) {
    const chosen = async (address: ChosenAddress): Promise<void> => {
      await makeUsual(address, book.items ?? []);
      book.again();
      setChoosing(false);
    };
    return <AddressChoice set={chosen} cancel={choosing ? () => setChoosing(false) : undefined} />;
  }
  return (
    <Pay thing={`claim:${claim.id}`} total={claim.total} busy={paying.busy} pay={(method, keep) => paying.pay(method, keep, usual ?? null)} inFields={inFields}>
      {!paying.busy && <Wrong failure={declines.value.get(claim.id)} error={paying.error} kept="Your units are still on hold: try another card." />}
      <GoesTo address={usual} choose={() => setChoosing(true)} />
    </Pay>
  );
}

function GoesTo({ address, choose }: { address: PostalAddress | undefined; choose: () => void }): JSX.Element {
  return (
    <p class="soft">
      {address ? `Goes to ${addressLines(address).join(", ")}` : "The delivery address can be added now or after paying."}{" "}
      <button type="button" class="link" onClick={choose}>
        {address ? "Another address" : "Add it now"}
      </button>
    </p>
  );
}

async function makeUsual(chosen: ChosenAddress, book: readonly Address[]): Promise<void> {
  if ("address" in chosen) {
    await call("addresses.add", { address_id: newId(), address: chosen.address, make_default: true });
    return;
  }
  const known = book.find((entry) => entry.id === chosen.address_id);
  if (known && !known.is_default) await call("addresses.change", { address_id: known.id, address: known.address, make_default: true });
}
