import type { ComponentChildren, JSX } from "preact";
import type { Money, Quote, Tried } from "../contract";
import { money } from "../core/format";
import { Untaxed } from "../parts/untaxed";

/** What it costs and why: each promotion that lowered it, each that did not with its reason, and what would. */
export function QuoteView({ quote, children }: { quote: Quote; children?: ComponentChildren }): JSX.Element {
  const { totals } = quote;
  const applied = quote.tried.filter((it) => it.applied);
  return (
    <>
      <dl class="sums">
        <Sum name="Subtotal" amount={totals.goods} />
        {quote.shipping.length > 0 && <Sum name="Shipping" amount={totals.shipping} free />}
        {applied.map((it) => it.saved && it.saved.amount > 0 && <Sum key={it.rule_id} name={it.name} amount={{ ...it.saved, amount: -it.saved.amount }} kind="sum-less" />)}
        {totals.tax.amount > 0 && <Sum name={quote.taxes_included ? "Taxes included" : "Taxes"} amount={totals.tax} kind={quote.taxes_included ? "soft" : ""} />}
        <Sum name="Total" amount={totals.gross} kind="sum-total" />
      </dl>
      <Untaxed of={quote} />
      {children}
      <Unlocks quote={quote} />
      <Refused tried={quote.tried.filter((it) => !it.applied)} />
    </>
  );
}

function Sum({ name, amount, kind = "", free = false }: { name: string; amount: Money; kind?: string; free?: boolean }): JSX.Element {
  return (
    <div class={kind}>
      <dt>{name}</dt>
      <dd>{free && amount.amount === 0 ? "Free" : money(amount)}</dd>
    </div>
  );
}

function Unlocks({ quote }: { quote: Quote }): JSX.Element | null {
  if (quote.unlocks.length === 0) return null;
  return (
    <ul class="unlocks">
      {quote.unlocks.map((it, index) => (
        <li key={index} class="notice notice-good">
          {it.sentence}
        </li>
      ))}
    </ul>
  );
}

function Refused({ tried }: { tried: readonly Tried[] }): JSX.Element | null {
  if (tried.length === 0) return null;
  return (
    <details class="why">
      <summary>Discounts that do not apply</summary>
      <ul>
        {tried.map((it) => (
          <li key={it.rule_id}>
            <strong>{it.name}</strong> <span class="soft">{it.sentence}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
