import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SavedMethod } from "../../contract";
import { announce } from "../../core/announce";
import { call } from "../../core/api";
import { Confirm } from "../../parts/confirm";
import { useDoing } from "../../parts/doing";
import { useKeptFocus } from "../../parts/focus";
import { Badge, Empty, Loading, Trouble } from "../../parts/states";
import { AddCard } from "../../pay/add-card";
import { goodUntil, hasExpired, methodName, useMethods } from "../../pay/methods";
import { AccountPage } from "./frame";

/** The cards that are saved for next time. */
export function SavedCards(): JSX.Element {
  return (
    <AccountPage title="Cards">
      <p class="soft">Cards are kept by the payment provider, never by this shop.</p>
      <Wallet />
    </AccountPage>
  );
}

function Wallet(): JSX.Element {
  const list = useMethods();
  const [adding, add] = useState(false);
  const [removing, remove] = useState<SavedMethod>();
  const doing = useDoing();
  const box = useKeptFocus<HTMLDivElement>(0);
  const prefer = async (method: SavedMethod): Promise<void> => {
    await call("payments.set_default_method", { method_id: method.id });
    announce(`${methodName(method)} is offered first now.`);
    list.again();
  };
  const saved = (): void => {
    add(false);
    announce("Saved.");
    list.again();
  };
  return (
    <div class="stack" ref={box} tabIndex={-1}>
      {adding ? (
        <AddCard saved={saved} cancel={() => add(false)} />
      ) : (
        <p>
          <button type="button" class="button" onClick={() => add(true)}>
            Add a card
          </button>
        </p>
      )}
      {doing.error !== undefined && <Trouble error={doing.error} />}
      {list.error !== undefined && <Trouble error={list.error} again={list.again} />}
      {list.value === undefined && list.error === undefined && <Loading />}
      {list.value?.length === 0 && !adding && <Empty title="No cards yet">One that you save is offered whenever you pay.</Empty>}
      <ul class="rows">
        {list.value?.map((method) => (
          <li key={method.id} class="row">
            <Shown method={method} prefer={() => void doing.run(() => prefer(method))} remove={() => remove(method)} />
          </li>
        ))}
      </ul>
      {removing && (
        <Confirm
          title="Remove this card?"
          action="Remove it"
          close={() => remove(undefined)}
          run={async () => {
            await call("payments.remove_method", { method_id: removing.id });
            announce("Removed.");
            list.again();
          }}
        >
          <p>{methodName(removing)} is forgotten here and by the payment provider. What you have paid with it stays paid.</p>
        </Confirm>
      )}
    </div>
  );
}

function Shown({ method, prefer, remove }: { method: SavedMethod; prefer: () => void; remove: () => void }): JSX.Element {
  const of = <span class="hidden"> {methodName(method)}</span>;
  return (
    <>
      <div class="row-main">
        <p class="row-title">
          {methodName(method)} {method.is_default && <Badge tone="good">Default</Badge>} {hasExpired(method) && <Badge tone="warm">Expired</Badge>}
        </p>
        <p class="soft">Good until {goodUntil(method)}</p>
      </div>
      <div class="actions">
        {!method.is_default && (
          <button type="button" class="button button-quiet button-small" onClick={prefer}>
            Make default{of}
          </button>
        )}
        <button type="button" class="button button-quiet button-small" onClick={remove}>
          Remove{of}
        </button>
      </div>
    </>
  );
}
