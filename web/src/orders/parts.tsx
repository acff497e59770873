import type { JSX } from "preact";
import type { Order, SellerOrder, Shipment } from "../contract";
import { day } from "../core/format";
import { SellerLink } from "../parts/seller-link";
import { Badge } from "../parts/states";
import { OrderBadge } from "./badge";

/** What each seller sends, and how far that is; `named`: and who they are. */
export function Parts({ order, named = false }: { order: Order; named?: boolean }): JSX.Element {
  return (
    <>
      {order.parts.map((part, index) => (
        <section class="panel" key={part.seller_id} aria-label={order.parts.length > 1 ? `Part ${index + 1} of ${order.parts.length}` : "Delivery"}>
          <div class="title-row">
            <h2>{order.parts.length > 1 ? `Part ${index + 1} of ${order.parts.length}` : "Delivery"}</h2>
            <OrderBadge order={part} />
          </div>
          {named && (
            <p class="soft">
              Sold and sent by <SellerLink id={part.seller_id} />
            </p>
          )}
          <PartLines order={order} part={part} />
          <Parcels order={order} part={part} />
        </section>
      ))}
    </>
  );
}

/** The lines of a part, and how far their units are. */
function PartLines({ order, part }: { order: Order; part: SellerOrder }): JSX.Element {
  return (
    <ul class="lines">
      {part.lines.map((line) => (
        <li key={line.id}>
          <div>
            <p>{titleOf(order, line.id)}</p>
            <p class="soft">{progress(line)}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What a line is called. */
export function titleOf(order: Order, lineId: string): string {
  return order.lines.find((it) => it.id === lineId)?.title ?? "";
}

function progress({ ordered, cancelled, shipped, delivered, returned }: SellerOrder["lines"][number]): string {
  const told = [
    [delivered, "delivered"],
    [shipped - delivered, "on the way"],
    [cancelled, "cancelled"],
    [returned, "sent back"],
    [ordered - cancelled - shipped, "to be sent"],
  ] as const;
  return told.filter(([units]) => units > 0).map(([units, word]) => `${units} ${word}`).join(" · ");
}

function Parcels({ order, part }: { order: Order; part: SellerOrder }): JSX.Element | null {
  if (part.shipments.length === 0) return null;
  return (
    <ul class="rows" aria-label="Parcels">
      {part.shipments.map((parcel) => (
        <li key={parcel.id} class="row">
          <div class="row-main">
            <p class="row-title">{[parcel.carrier || "Parcel", parcel.tracking_number].filter(Boolean).join(" ")}</p>
            <p class="soft">{inside(order, parcel)}</p>
          </div>
          <p class="row-end">
            <Badge tone={parcel.delivered_at ? "good" : "warm"}>{parcel.delivered_at ? "Delivered" : "On its way"}</Badge>
            <span class="soft">{day(parcel.delivered_at ?? parcel.shipped_at)}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}

function inside(order: Order, parcel: Shipment): string {
  return parcel.lines.map((it) => `${it.quantity} × ${titleOf(order, it.line_id)}`).join(", ");
}
