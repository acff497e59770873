import type { Id, Order, OrderLine, Return } from "../contract";

/** Units of a line that may go back. */
export interface Returnable {
  /** The line's, or another where they came in an exchange. */
  id: string;
  sellerId: Id;
  line: OrderLine;
  variantId: Id;
  most: number;
  /** The return in whose exchange they came. */
  replacedIn: Id | null;
}

/** What was delivered of an order and has not come back, or came in an exchange, without what is on its way in these returns. */
export function returnable(order: Order, returns: readonly Return[] = []): readonly Returnable[] {
  const lines = new Map(order.lines.map((it) => [it.id, it]));
  const ordered = order.parts.flatMap((part) => part.lines.map(({ id, delivered, returned }) => unit(lines.get(id), null, delivered - returned - underWay(id, null, returns))));
  const exchanged = returns
    .filter((it) => it.state === "exchanged" && it.replacement_tracking)
    .flatMap((rma) => rma.lines.filter((it) => it.exchange_for).map((it) => unit(lines.get(it.line_id), rma.id, (it.received ?? 0) - underWay(it.line_id, rma.id, returns), it.exchange_for!)));
  return [...ordered, ...exchanged].filter((it): it is Returnable => it !== undefined && it.most > 0);
}

function unit(line: OrderLine | undefined, replacedIn: Id | null, most: number, variantId?: Id): Returnable | undefined {
  return line?.id ? { id: replacedIn ? `${line.id} ${replacedIn}` : line.id, sellerId: line.seller_id, line, variantId: variantId ?? line.variant_id, most, replacedIn } : undefined;
}

/** Whether anything of it may go back. */
export function isReturnable(order: Order): boolean {
  return returnable(order).length > 0;
}

/** Units that are on their way back. Of what was ordered the order says itself what came, of what came in an exchange the returns do. */
function underWay(lineId: Id, replacedIn: Id | null, returns: readonly Return[]): number {
  const open = (rma: Return): boolean => ["requested", "approved", "sent"].includes(rma.state);
  return returns
    .flatMap((rma) => rma.lines.filter((it) => it.line_id === lineId && it.replaced_in === replacedIn).map((it) => (open(rma) ? it.quantity : replacedIn ? (it.received ?? 0) : 0)))
    .reduce((sum, units) => sum + units, 0);
}
