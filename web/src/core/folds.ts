import type { Claim, EventOf, Order, OrderMoved, Product, SaleDesk, SaleLedger, SaleState, SnapshotOf } from "../contract";

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
  order: Order;
}

export const folds: { [N in keyof Folded]: Fold<N> } = {
  sale: { begin: newer, next: (state, event) => newer(event, state) },
  sale_desk: { begin: newer, next: (state, event) => newer(event, state) },
  product: {
    begin: (product) => product,
    next: (product, event) =>
      event.type === "catalog.product_changed"
        ? event.product
        : event.type === "catalog.product_rated"
          ? { ...product, rating: event.rating }
          : event.type === "catalog.product_withdrawn"
            ? { ...product, status: "unpublished" }
            : !("variant" in event)
              ? product
              : { ...product, variants: product.variants.map((it) => (it.id === event.variant.id ? event.variant : it)) },
  },
  order: { begin: (order) => order, next: (order, event) => (event.type === "orders.placed" ? event.order : moved(order, event)) },
  sale_ledger: {
    begin: (ledger) => ledger,
    next: (ledger, event) =>
      "claim" in event ? { ...ledger, claims: withClaim(ledger.claims, event.claim) } : "sale" in event ? { ...ledger, sale: event.sale } : ledger,
  },
};

/** A state that was overtaken on its way must not turn the page back. */
function newer<S extends SaleState | SaleDesk>(state: S, before: S | undefined): S {
  return before && before.version > state.version ? before : state;
}

/** An order after something happened to one of its parts, or to all of it. */
function moved(order: Order, { state, version, refunded, part }: OrderMoved): Order {
  const parts = (order.parts ?? []).map((it) => (it.seller_id === part?.seller_id ? part : it));
  return { ...order, state, version, refunded, parts };
}

/** The claims with this one in its place: the new takes the place of the one with the same id. */
export function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const index = claims.findIndex((it) => it.id === claim.id);
  return index < 0 ? [...claims, claim] : claims.with(index, claim);
}
