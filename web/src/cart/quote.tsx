import type { ComponentChildren, JSX } from "preact";
import type { Money, Quote, Tried } from "../contract";
import { money } from "../core/format";
import { Untaxed } from "../parts/untaxed";
import { Reason } from "./why";

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
      {!quote.best && <p class="soft">So many promotions meet here that not every combination was tried: this is the best that was found.</p>}
      {children}
      <Unlocks quote={quote} />
      <Refused tried={refused(quote)} />
    </>
  );
}

/** What did not apply. Promotions for other goods say nothing about these, but one whose code was entered is told of on the lines, too. */
function refused({ tried, lines }: Quote): readonly Tried[] {
  const here = new Set(lines.flatMap((it) => it.tried.map(({ rule_id }) => rule_id)));
  return tried.filter((it) => !it.applied && (it.code !== "out_of_scope" || here.has(it.rule_id)));
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
          <Reason key={it.rule_id} tried={it} />
        ))}
      </ul>
    </details>
  );
}
