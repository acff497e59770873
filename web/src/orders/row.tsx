import type { JSX } from "preact";
import type { Order, SellerOrderState } from "../contract";
import { count, day, money } from "../core/format";
import { OrderBadge } from "./badge";

/** An order in a list, with what more is told of it after its date. Where it is told of one part, that is how it `stands`. */
export function OrderRow({ order, href, more, stands = order }: { order: Order; href: string; more?: string; stands?: { state: Order["state"] | SellerOrderState } }): JSX.Element {
  return (
    <li>
      <a class="row" href={href}>
        <div class="row-main">
          <p class="row-title">{order.lines.map((line) => line.title).join(", ")}</p>
          <p class="soft">{[order.number, day(order.placed_at), more].filter(Boolean).join(" · ")}</p>
        </div>
        <p class="row-end">
          <strong>{money(order.total)}</strong>
          <OrderBadge order={stands} />
        </p>
      </a>
    </li>
  );
}

/** How many units an order has. */
export function units(order: Order): string {
  return count(order.lines.reduce((sum, line) => sum + line.quantity, 0), "unit");
}
