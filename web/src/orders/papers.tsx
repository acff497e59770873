import type { JSX } from "preact";
import type { Invoice, Order } from "../contract";
import { call } from "../core/api";
import { useLoaded } from "../core/loading";
import { me } from "../core/session";
import { useHolder } from "./holder";

const API = "/api/v1";

/** An order on paper: its invoices with their credit notes, and the receipt of what was paid. */
export function Papers({ order }: { order: Order }): JSX.Element | null {
  const { order_key } = useHolder().keyed;
  const read = (): Promise<readonly Invoice[]> => (order_key ? call("invoices.show_guest", { order_key }) : call("invoices.show", { order_id: order.id }));
  const invoices = useLoaded(`papers ${order.id} ${order.refunded}`, read).value ?? [];
  const receipt = order.payment_id !== null && order.customer_id !== null && order.customer_id === me.value?.id;
  if (invoices.length === 0 && !receipt) return null;
  return (
    <section class="panel" aria-labelledby="papers">
      <h2 id="papers">Documents</h2>
      <ul class="rows">
        {invoices.length > 0 && <Paper path={order_key ? `/guest-orders/${order_key}/invoice` : `/orders/${order.id}/invoice`} name={titled(invoices)} told={invoices.map((it) => it.number).join(", ")} />}
        {receipt && <Paper path={`/payments/${order.payment_id}/receipt`} name="Receipt" told="What was paid, and what went back." />}
      </ul>
    </section>
  );
}

/** What a seller packs by. */
export function PackingSlip({ order }: { order: Order }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="papers">
      <h2 id="papers">Documents</h2>
      <ul class="rows">
        <Paper path={`/seller/orders/${order.id}/packing-slip`} name="Packing slip" told="What to pack, and where it goes." />
      </ul>
    </section>
  );
}

function titled(invoices: readonly Invoice[]): string {
  const invoice = invoices.filter((it) => it.kind === "invoice").length > 1 ? "Invoices" : "Invoice";
  return invoices.some((it) => it.kind !== "invoice") ? `${invoice} and credit notes` : invoice;
}

function Paper({ path, name, told }: { path: string; name: string; told: string }): JSX.Element {
  return (
    <li>
      <a class="row" href={`${API}${path}`} target="_blank" rel="noopener">
        <div class="row-main">
          <p class="row-title">{name} (PDF)</p>
          <p class="soft">{told}</p>
        </div>
      </a>
    </li>
  );
}
