import type { SellerRight } from "../contract";
import { me } from "../core/session";

// Another page is another line here, and a route in app.tsx. Without a right: for everybody of the shop.
const ROOMS: readonly (readonly [path: string, text: string, right?: SellerRight])[] = [
  ["/seller/sales", "Sales", "coupons"],
  ["/seller/orders", "Orders", "orders"],
  ["/seller/returns", "Returns", "orders"],
  ["/seller/disputes", "Disputes", "orders"],
  ["/seller/products", "Products", "products"],
  ["/seller/stock", "Stock", "stock"],
  ["/seller/coupons", "Coupons", "coupons"],
  ["/seller/earnings", "Earnings", "money"],
  ["/seller/staff", "People"],
];
// Who runs the marketplace looks at every sale, and has no shop.
const SALES = ROOMS.slice(0, 1);

/** The pages of the shop that somebody here works for, as far as their rights in it go. */
export function sellerRooms(): readonly (readonly [path: string, text: string])[] {
  const rights = me.value?.seller_rights ?? [];
  const open = me.value?.seller_id ? ROOMS.filter(([, , right]) => right === undefined || rights.includes(right)) : SALES;
  return open.map(([path, text]) => [path, text]);
}
