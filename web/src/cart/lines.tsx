import type { ComponentChildren, JSX } from "preact";
import type { CartLine, PricedLine } from "../contract";
import { money, optionText } from "../core/format";
import { Picture } from "../parts/picture";
import { Badge } from "../parts/states";

interface Props {
  lines: readonly CartLine[];
  /** What a line costs whom it is shown to, once that is known; else what anybody pays. */
  priced?: (line: CartLine) => PricedLine | undefined;
  /** What can be done with a line, under it. */
  actions?: (line: CartLine) => JSX.Element;
}

/** The goods of a cart, with what is to be told about each. */
export function CartLines({ lines, priced, actions }: Props): JSX.Element {
  return (
    <ul class="cart-lines">
      {lines.map((line) => (
        <Line key={line.variant_id} line={line} priced={priced?.(line)}>
          {actions?.(line)}
        </Line>
      ))}
    </ul>
  );
}

function Line({ line, priced, children }: { line: CartLine; priced: PricedLine | undefined; children: ComponentChildren }): JSX.Element {
  const price = priced?.unit_price ?? line.price;
  const total = priced?.before ?? line.total;
  return (
    <li>
      <Picture url={line.image_url || undefined} alt="" />
      <div class="cart-line">
        <p class="row-title">{line.product_id ? <a href={`/p/${line.product_id}`}>{line.title}</a> : "Goods that are gone"}</p>
        <p class="soft">{[optionText(line.options), price && `${money(price)} each`].filter(Boolean).join(" · ")}</p>
        <Notices line={line} />
        {children}
      </div>
      <p class="cart-sum">{total ? money(total) : "–"}</p>
    </li>
  );
}

function Notices({ line }: { line: CartLine }): JSX.Element | null {
  if (line.notices.length === 0) return null;
  return (
    <p class="cart-notices">
      {line.notices.map((notice) => (
        <Badge key={notice} tone={notice === "price_changed" ? "warm" : "bad"}>
          {told(line, notice)}
        </Badge>
      ))}
    </p>
  );
}

function told(line: CartLine, notice: CartLine["notices"][number]): string {
  if (notice === "gone") return "Not sold any more";
  if (notice === "short") return line.stock === 0 ? "Sold out" : `Only ${line.stock} left`;
  return `Was ${money(line.noted)} when you put it in`;
}
