import type { Id, Order, OrderLine, Return } from "../contract";

/** Units of a line that may go back. */
export interface Returnable {
  id: Id;
  sellerId: Id;
  line: OrderLine;
  most: number;
}

/** What was delivered of an order and has not come back, without what is on its way in these returns. */
export function returnable(order: Order, returns: readonly Return[] = []): readonly Returnable[] {
  return order.parts
    .flatMap((part) =>
      part.lines.map(({ id, delivered, returned }) => ({ id, sellerId: part.seller_id, line: order.lines.find((it) => it.id === id), most: delivered - returned - underWay(id, returns) })),
    )
    .filter((it): it is Returnable => it.line !== undefined && it.most > 0);
}

/** Whether anything of it may go back. */
export function isReturnable(order: Order): boolean {
  return returnable(order).length > 0;
}

function underWay(lineId: Id, returns: readonly Return[]): number {
  const lines = returns.filter((it) => ["requested", "approved", "sent"].includes(it.state)).flatMap((it) => it.lines);
  return lines.filter((it) => it.line_id === lineId).reduce((sum, it) => sum + it.quantity, 0);
}
