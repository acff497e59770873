import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Address } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { usePages } from "../../core/loading";
import { Confirm } from "../../parts/confirm";
import { useDoing } from "../../parts/doing";
import { useKeptFocus } from "../../parts/focus";
import { More } from "../../parts/more";
import { addressLines, NOWHERE, PostalForm } from "../../parts/postal-form";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { AccountPage } from "./frame";

/** One's book of addresses. */
export function Addresses(): JSX.Element {
  return (
    <AccountPage title="Addresses">
      <Book />
    </AccountPage>
  );
}

function Book(): JSX.Element {
  const list = usePages("addresses", () => call("addresses.list", {}));
  const [open, setOpen] = useState("");
  const [removing, remove] = useState<Address>();
  const doing = useDoing();
  const box = useKeptFocus<HTMLDivElement>(0);
  const close = (): void => setOpen("");
  const saved = (): void => {
    close();
    announce("Saved.");
    list.again();
  };
  const prefer = async ({ id, address }: Address): Promise<void> => {
    await call("addresses.change", { address_id: id, address, make_default: true });
    saved();
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      {open !== "new" && (
        <p>
          <button type="button" class="button" onClick={() => setOpen("new")}>
            Add an address
          </button>
        </p>
      )}
      {open === "new" && <NewAddress saved={saved} cancel={close} />}
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {list.items === undefined && list.error === undefined && <Loading />}
      {list.items?.length === 0 && open !== "new" && <Empty title="No addresses yet">What you buy is sent to one of them.</Empty>}
      <ul class="rows">
        {list.items?.map((one) => (
          <li key={one.id} class="row row-open">
            {open === one.id ? (
              <EditAddress one={one} saved={saved} cancel={close} />
            ) : (
              <Shown one={one} edit={() => setOpen(one.id)} prefer={() => void doing.run(() => prefer(one))} remove={() => remove(one)} />
            )}
          </li>
        ))}
      </ul>
      <More list={list} />
      {removing && (
        <Confirm
          title="Remove this address?"
          action="Remove it"
          close={() => remove(undefined)}
          run={async () => {
            await call("addresses.remove", { address_id: removing.id });
            announce("Removed.");
            list.again();
          }}
        >
          <p>{addressLines(removing.address).join(", ")}</p>
        </Confirm>
      )}
    </div>
  );
}

function Shown({ one, edit, prefer, remove }: { one: Address; edit: () => void; prefer: () => void; remove: () => void }): JSX.Element {
  const [name, ...lines] = addressLines(one.address);
  const of = <span class="hidden"> the address of {name}, {one.address.city}</span>;
  return (
    <div class="address">
      <div class="row-main">
        <p class="row-title">
          {name} {one.is_default && <Badge tone="good">Default</Badge>}
        </p>
        {lines.map((line) => (
          <p key={line} class="soft">
            {line}
          </p>
        ))}
      </div>
      <div class="actions">
        <button type="button" class="button button-quiet button-small" onClick={edit}>
          Edit{of}
        </button>
        {!one.is_default && (
          <button type="button" class="button button-quiet button-small" onClick={prefer}>
            Make default{of}
          </button>
        )}
        <button type="button" class="button button-quiet button-small" onClick={remove}>
          Remove{of}
        </button>
      </div>
    </div>
  );
}

function NewAddress({ saved, cancel }: { saved: () => void; cancel: () => void }): JSX.Element {
  return (
    <div class="panel">
      <h2>New address</h2>
      <PostalForm
        address={NOWHERE}
        submit="Save the address"
        cancel={cancel}
        send={async (address, id) => {
          await call("addresses.add", { address_id: id, address });
          saved();
        }}
      />
    </div>
  );
}

function EditAddress({ one, saved, cancel }: { one: Address; saved: () => void; cancel: () => void }): JSX.Element {
  return (
    <PostalForm
      address={one.address}
      submit="Save"
      cancel={cancel}
      send={async (address) => {
        await call("addresses.change", { address_id: one.id, address });
        saved();
      }}
    />
  );
}
