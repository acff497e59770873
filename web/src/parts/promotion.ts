import type { Terms } from "../contract";
import { money } from "../core/format";

/** What a promotion gives, in a word. */
export function gives({ reward, min_order }: Terms): string {
  const from = min_order ? ` from ${money(min_order)}` : "";
  switch (reward.type) {
    case "percent":
      return `${reward.share / 100} % off${from}`;
    case "fixed":
      return `${money(reward.amount)} off${from}`;
    case "free_shipping":
      return `free shipping${from}`;
    case "buy_get":
      return `buy ${reward.buy}, get ${reward.get}${reward.share === 10_000 ? "" : ` with ${reward.share / 100} % off`}${from}`;
    case "tiers":
      return `${reward.steps.map(({ quantity, share }) => `from ${quantity} ${share / 100} % off`).join(", ")}${from}`;
  }
}
