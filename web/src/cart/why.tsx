import type { JSX } from "preact";
import type { PricedLine, Quote, Tried } from "../contract";
import { money } from "../core/format";

/** Why a line costs what it does: what one of it costs, what lowered it, what did not, and what would. */
export function LineWhy({ line, quote }: { line: PricedLine | undefined; quote: Quote | undefined }): JSX.Element {
  return (
    <details class="why">
      <summary>Why this price?</summary>
      {line && quote ? <Reasons line={line} quote={quote} /> : <p class="soft">It is being worked out.</p>}
    </details>
  );
}

function Reasons({ line, quote }: { line: PricedLine; quote: Quote }): JSX.Element {
  const unlocks = quote.unlocks.filter((it) => it.line_id === line.line_id);
  return (
    <ul>
      <li>{unitPrice(line)}</li>
      {line.tried.map((it) => (
        <Reason key={it.rule_id} tried={it} />
      ))}
      {unlocks.map((it, index) => (
        <li key={index}>{it.sentence}</li>
      ))}
      {line.discounts.length > 0 && (
        <li>
          <strong>{money(line.after)}</strong> <span class="soft">instead of {money(line.before)}</span>
        </li>
      )}
      {line.taxes.map((it, index) => (
        <li key={index} class="soft">
          {quote.taxes_included ? "In it" : "On top"}: {it.name} {it.rate / 10_000} %, {money(it.amount)}
        </li>
      ))}
    </ul>
  );
}

/** What became of a promotion. */
export function Reason({ tried }: { tried: Tried }): JSX.Element {
  const saved = tried.saved && tried.saved.amount > 0 ? `${money(tried.saved)} off.` : tried.sentence;
  return (
    <li>
      <strong>{tried.name}</strong> <span class="soft">{saved}</span>
    </li>
  );
}

const FROM: Readonly<Record<string, string>> = {
  list: "the list price",
  tier: "the price for this many",
  group: "the price for your customer group",
  group_tier: "the price for your customer group and this many",
  flash: "the price of the flash sale",
};

function unitPrice({ unit_price, list_price, price_code }: PricedLine): string {
  const instead = unit_price.amount < list_price.amount ? `, instead of ${money(list_price)}` : "";
  return `${money(unit_price)} each: ${FROM[price_code] ?? price_code}${instead}.`;
}
