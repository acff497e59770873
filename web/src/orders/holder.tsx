import type { ComponentChildren, JSX } from "preact";
import { useRoute } from "preact-iso";
import type { Id } from "../contract";
import { SignedInOnly } from "../parts/page";
import { OrderTabs } from "./tabs";

/** Who looks at what they have bought: somebody signed in, or whoever has the key of a guest's order. */
export interface Holder {
  /** The guest's order's key, as commands name it. */
  keyed: { order_key?: Id };
  /** Where the page of an order, a return or a dispute of theirs is. */
  order: (id: Id) => string;
  page: (what: "returns" | "disputes", id: Id) => string;
  /** What tells that something of this kind moved: a guest watches all of their order in one channel. */
  watched: <N extends "order" | "return" | "dispute">(noun: N, id: Id) => readonly [N | "guest_order", Id];
}

const PERSON: Holder = {
  keyed: {},
  order: (id) => `/orders/${id}`,
  page: (what, id) => `/${what}/${id}`,
  watched: (noun, id) => [noun, id],
};

function guest(key: Id): Holder {
  const order = `/orders/guest/${key}`;
  return { keyed: { order_key: key }, order: () => order, page: (what, id) => `${order}/${what}/${id}`, watched: () => ["guest_order", key] };
}

/** Who is meant by this page's address. */
export function useHolder(): Holder {
  const { key } = useRoute().params;
  return key ? guest(key) : PERSON;
}

/** A page of what somebody has bought. A guest needs no account: the address has their key. */
export function BoughtPage({ children }: { children: ComponentChildren }): JSX.Element {
  const { key } = useRoute().params;
  if (!key)
    return (
      <SignedInOnly>
        <section class="middle">
          <OrderTabs />
          {children}
        </section>
      </SignedInOnly>
    );
  return (
    <section class="middle">
      <p>
        <a href={`/orders/guest/${key}`}>Your order</a>
      </p>
      {children}
    </section>
  );
}
