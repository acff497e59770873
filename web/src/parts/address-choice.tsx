import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Address, Id, PostalAddress } from "../contract";
import { call } from "../core/api";
import { usePages, type Paged } from "../core/loading";
import { me } from "../core/session";
import { useDoing } from "./doing";
import { addressLines, NOWHERE, PostalForm } from "./postal-form";
import { Loading, Trouble } from "./states";

/** One of the person's addresses, or one that was typed now. */
export type ChosenAddress = { address: PostalAddress } | { address_id: Id };

/** The person's addresses, the usual one first. */
export function useBook(): Paged<Address> {
  return usePages("addresses to choose from", () => call("addresses.list", {}));
}

interface Props {
  /** What a new one begins with. */
  start?: PostalAddress | null;
  set: (chosen: ChosenAddress) => Promise<void>;
  cancel?: () => void;
}

/** Where something goes: a saved address or a new one. */
export function AddressChoice({ start, set, cancel }: Props): JSX.Element {
  const book = useBook();
  const [typing, setTyping] = useState(false);
  if (book.error !== undefined) return <Trouble error={book.error} again={book.again} />;
  if (!book.items) return <Loading />;
  if (typing || book.items.length === 0) {
    return <PostalForm address={start ?? { ...NOWHERE, name: me.value?.name ?? "" }} submit="Deliver here" cancel={typing ? () => setTyping(false) : cancel} send={(address) => set({ address })} />;
  }
  return <Saved addresses={book.items} set={set} another={() => setTyping(true)} cancel={cancel} />;
}

function Saved({ addresses, set, another, cancel }: Props & { addresses: readonly Address[]; another: () => void }): JSX.Element {
  const [chosen, choose] = useState(addresses[0]!.id);
  const doing = useDoing();
  return (
    <div class="form">
      {doing.error !== undefined && <Trouble error={doing.error} />}
      <fieldset class="cards">
        <legend>Your addresses</legend>
        {addresses.map(({ id, address }) => (
          <label class="pay-card" key={id}>
            <input type="radio" name="address" value={id} checked={chosen === id} onChange={() => choose(id)} />
            <span>{addressLines(address).join(", ")}</span>
          </label>
        ))}
      </fieldset>
      <div class="actions">
        <button type="button" class="button" disabled={doing.busy} onClick={() => void doing.run(() => set({ address_id: chosen }))}>
          Deliver here
        </button>
        <button type="button" class="button button-quiet" onClick={another}>
          Another address
        </button>
        {cancel && (
          <button type="button" class="button button-quiet" onClick={cancel}>
            Back
          </button>
        )}
      </div>
    </div>
  );
}
