import type { ApplicationQueue, Cart, Checkout, Claim, Earnings, EventOf, ExemptionsMoved, Import, MatterQueue, ModerationQueue, Money, Order, OrderDispute, OrderMoved, Product, ProductWithdrawn, Return, SaleDesk, SaleLedger, SaleState, SnapshotOf, TransfersMoved } from "../contract";

/** How a channel's events change what its snapshot began with. */
export interface Fold<N extends keyof Folded> {
  begin: (snapshot: SnapshotOf<N>, before: Folded[N] | undefined) => Folded[N];
  next: (state: Folded[N], event: EventOf<N>) => Folded[N];
}

/** What a watcher of a channel sees. */
export interface Folded {
  sale: SaleState;
  sale_desk: SaleDesk;
  sale_ledger: SaleLedger;
  product: Product;
  product_desk: Product;
  order: Order;
  guest_order: Order;
  cart: Cart;
  checkout: Checkout;
  earnings: Earnings;
  moderation: ModerationQueue;
  applications: ApplicationQueue;
  return: Return;
  dispute: OrderDispute;
  import: Import;
  transfers: TransfersMoved;
  tax_exemptions: ExemptionsMoved;
  matters: MatterQueue;
}

export const folds: { [N in keyof Folded]: Fold<N> } = {
  sale: { begin: newer, next: (state, event) => newer(event, state) },
  sale_desk: { begin: newer, next: (state, event) => newer(event, state) },
  product: {
    begin: (product) => product,
    next: (product, event) => (event.type === "catalog.product_withdrawn" ? { ...product, status: "unpublished" } : told(product, event)),
  },
  product_desk: { begin: (product) => product, next: told },
  order: { begin: (order) => order, next: (order, event) => ("order" in event ? event.order : moved(order, event)) },
  // What is told of its returns and disputes is read where they are shown: it is another object all the same.
  guest_order: { begin: (order) => order, next: (order, event) => (event.type === "orders.moved" ? moved(order, event) : { ...order }) },
  cart: { begin: (state, before) => newerCart(state.cart, before), next: (cart, event) => newerCart(event.cart, cart) },
  checkout: { begin: (state) => state.checkout, next: (_, event) => event.checkout },
  earnings: { begin: (earnings) => earnings, next: (earnings, { earning }) => ({ ...earnings, balances: withSum(earnings.balances, earning.amount) }) },
  moderation: { begin: (queue) => queue, next: (_, queue) => queue },
  applications: { begin: (queue) => queue, next: (_, queue) => queue },
  transfers: { begin: (moved) => moved, next: (_, moved) => moved },
  tax_exemptions: { begin: (moved) => moved, next: (_, moved) => moved },
  import: { begin: (state) => state.progress, next: (_, event) => event.progress },
  // A picture moves nothing else: it is another object all the same.
  return: { begin: (rma) => rma, next: (rma, event) => ("rma" in event ? event.rma : { ...rma }) },
  dispute: { begin: (dispute) => dispute, next: (dispute, event) => ("dispute" in event ? event.dispute : { ...dispute }) },
  matters: { begin: (queue) => queue, next: (_, queue) => queue },
  sale_ledger: {
    begin: (ledger) => ledger,
    next: (ledger, event) =>
      "claim" in event ? { ...ledger, claims: withClaim(ledger.claims, event.claim) } : "sale" in event ? { ...ledger, sale: event.sale } : ledger,
  },
};

/** A product after something was told of it, on show or off. */
function told(product: Product, event: Exclude<EventOf<"product">, ProductWithdrawn>): Product {
  if ("product" in event) return event.product;
  if ("rating" in event) return { ...product, rating: event.rating };
  return "variant" in event ? { ...product, variants: product.variants.map((it) => (it.id === event.variant.id ? event.variant : it)) } : product;
}

/** A state that was overtaken on its way must not turn the page back. */
function newer<S extends SaleState | SaleDesk>(state: S, before: S | undefined): S {
  return before && before.version > state.version ? before : state;
}

/** Of two states of a cart the one with more edits in it; of equals the one that came later, for its prices. */
export function newerCart(cart: Cart, before: Cart | undefined): Cart {
  return before && before.id === cart.id && before.revision > cart.revision ? before : cart;
}

/** Sums by currency, with one more amount. */
function withSum(sums: readonly Money[], more: Money): readonly Money[] {
  const index = sums.findIndex((it) => it.currency === more.currency);
  return index < 0 ? [...sums, more] : sums.with(index, { ...more, amount: sums[index]!.amount + more.amount });
}

/** An order after something happened to it. Money that goes back leaves its version as it is. */
export function moved(order: Order, { state, version, refunded, part }: OrderMoved): Order {
  return version < order.version ? order : { ...order, state, version, refunded, parts: order.parts.map((it) => (it.seller_id === part?.seller_id ? part : it)) };
}

// As many as a ledger starts with.
const LATEST_CLAIMS = 500;

/** The latest claims with this one in its place; one that is older than all of them is not among them. */
function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const index = claims.findIndex((it) => it.id === claim.id);
  if (index >= 0) return claims.with(index, claim);
  const older = claims.length === LATEST_CLAIMS && claim.place < claims[0]!.place;
  return older ? claims : [...claims, claim].slice(-LATEST_CLAIMS);
}
