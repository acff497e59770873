import type { JSX } from "preact";
import { shopNews } from "../../core/belongings";
import { me } from "../../core/session";
import { Performance } from "../../parts/performance";
import { useTitle } from "../../parts/page";
import { SellerPage } from "./tabs";

/** How one's own shop does, live. */
export function SellerPerformancePage(): JSX.Element {
  useTitle("Performance");
  const id = me.value?.seller_id;
  return <SellerPage title="Performance">{id && <Performance sellerId={id} moved={shopNews.value} />}</SellerPage>;
}
