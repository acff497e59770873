import type { JSX } from "preact";
import type { CartLine } from "../contract";
import { money, optionText } from "../core/format";
import { Picture } from "../parts/picture";
import { Badge } from "../parts/states";

interface Props {
  lines: readonly CartLine[];
  /** What can be done with a line, under it. */
  actions?: (line: CartLine) => JSX.Element;
}

/** The goods of a cart, with what is to be told about each. */
export function CartLines({ lines, actions }: Props): JSX.Element {
  return (
    <ul class="cart-lines">
      {lines.map((line) => (
        <li key={line.variant_id}>
          <Picture url={line.image_url || undefined} alt="" />
          <div class="cart-line">
            <p class="row-title">{line.product_id ? <a href={`/p/${line.product_id}`}>{line.title}</a> : "Goods that are gone"}</p>
            <p class="soft">
              {[optionText(line.options), line.price && `${money(line.price)} each`].filter(Boolean).join(" · ")}
            </p>
            <Notices line={line} />
            {actions?.(line)}
          </div>
          <p class="cart-sum">{line.total ? money(line.total) : "–"}</p>
        </li>
      ))}
    </ul>
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
