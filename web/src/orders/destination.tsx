import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Id, Order, PostalAddress } from "../contract";
import { announce } from "../core/announce";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { AddressChoice, type ChosenAddress } from "../parts/address-choice";
import { addressLines, PostalForm } from "../parts/postal-form";
import { useHolder } from "./holder";

interface Props {
  order: Order;
  changed: () => void;
}

/** Where an order goes; where nobody has said it yet, as after a flash sale, its customer says it here. */
export function Destination({ order, changed }: Props): JSX.Element | null {
  const { order_key } = useHolder().keyed;
  const waits = !order_key && !order.address && (order.state === "paid" || order.state === "accepted");
  const say = async (chosen: ChosenAddress): Promise<void> => {
    const address = "address" in chosen ? chosen.address : (await call("addresses.show", { address_id: chosen.address_id })).address;
    await call("orders.edit", { order_id: order.id, change_id: newId(), version: order.version, address });
    changed();
  };
  if (!order.address && !waits) return null;
  return (
    <section class="panel" aria-labelledby="to">
      <h2 id="to">{order.address ? "Deliver to" : "Where should it go?"}</h2>
      {order.address ? <Said order={order} address={order.address} changed={changed} /> : <AddressChoice set={say} />}
    </section>
  );
}

/** An address that was said: it can be corrected until a seller works on it. */
function Said({ order, address, changed }: Props & { address: PostalAddress }): JSX.Element {
  const { order_key } = useHolder().keyed;
  const [correcting, correct] = useState(false);
  const send = async (corrected: PostalAddress, id: Id): Promise<void> => {
    const change = { change_id: id, version: order.version, address: corrected };
    await (order_key ? call("orders.edit_guest", { order_key, ...change }) : call("orders.edit", { order_id: order.id, ...change }));
    announce("The address is corrected.");
    correct(false);
    changed();
  };
  if (correcting) return <PostalForm address={address} submit="Correct the address" cancel={() => correct(false)} send={send} />;
  return (
    <>
      <div>
        {addressLines(address).map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      {isCorrectable(order) && (
        <div class="actions">
          <button type="button" class="button button-quiet button-small" onClick={() => correct(true)}>
            Correct the address
          </button>
        </div>
      )}
    </>
  );
}

function isCorrectable(order: Order): boolean {
  const live = order.parts.filter(({ state }) => state !== "cancelled" && state !== "rejected");
  return !order.address_fixed && live.length > 0 && live.every(({ state }) => state === "placed");
}
