import type { JSX } from "preact";
import type { Order } from "../contract";
import { call } from "../core/api";
import { newId } from "../core/ids";
import { AddressChoice, type ChosenAddress } from "../parts/address-choice";
import { addressLines } from "../parts/postal-form";

/** Where an order goes; where nobody has said it yet, as after a flash sale, its customer says it here. */
export function Destination({ order, own, changed }: { order: Order; own: boolean; changed: () => void }): JSX.Element | null {
  const waits = own && !order.address && (order.state === "paid" || order.state === "accepted");
  if (!order.address && !waits) return null;
  return (
    <section class="panel" aria-labelledby="to">
      <h2 id="to">{order.address ? "Deliver to" : "Where should it go?"}</h2>
      {order.address ? (
        <div>
          {addressLines(order.address).map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      ) : (
        <AddressChoice set={(chosen) => say(order, chosen).then(changed)} />
      )}
    </section>
  );
}

async function say(order: Order, chosen: ChosenAddress): Promise<void> {
  const address = "address" in chosen ? chosen.address : (await call("addresses.show", { address_id: chosen.address_id })).address;
  await call("orders.edit", { order_id: order.id, change_id: newId(), version: order.version, address });
}
