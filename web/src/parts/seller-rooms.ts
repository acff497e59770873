import type { SellerRight, Tag } from "../contract";
import { may } from "../core/permissions";
import { me } from "../core/session";

interface Room {
  path: string;
  text: string;
  /** For whom of the shop it is; without, for everybody. */
  right?: SellerRight;
  /** What one must be allowed besides. */
  asks?: Tag;
}

// Another page is another line here, and a route in app.tsx.
const ROOMS: readonly Room[] = [
  { path: "/seller/sales", text: "Sales", right: "coupons" },
  { path: "/seller/orders", text: "Orders", right: "orders" },
  { path: "/seller/returns", text: "Returns", right: "orders" },
  { path: "/seller/disputes", text: "Disputes", right: "orders" },
  { path: "/seller/products", text: "Products", right: "products" },
  { path: "/seller/stock", text: "Stock", right: "stock" },
  { path: "/seller/coupons", text: "Coupons", right: "coupons" },
  { path: "/seller/earnings", text: "Earnings", right: "money" },
  { path: "/seller/staff", text: "People" },
  { path: "/seller/settings", text: "Settings", asks: "sellers.edit_settings" },
];

/** The pages of the shop that somebody here works for, as far as their rights in it go. Who runs the marketplace has no shop, and looks at every sale and coupon. */
export function sellerRooms(): readonly (readonly [path: string, text: string])[] {
  const { seller_id, seller_rights = [] } = me.value ?? {};
  const open = seller_id
    ? ROOMS.filter(({ right, asks }) => (right === undefined || seller_rights.includes(right)) && (asks === undefined || may(asks)))
    : ROOMS.filter(({ path, right }) => right === "coupons" && (path === "/seller/sales" || may("coupons.list")));
  return open.map(({ path, text }) => [path, text]);
}
