import type { SellerRight, Tag } from "../contract";
import { may } from "../core/permissions";
import { me } from "../core/session";
import { recall, remember } from "../core/storage";
import type { Rooms } from "./room-kinds";

interface Room {
  path: string;
  text: string;
  /** For whom of the shop it is; without, for everybody. */
  right?: SellerRight;
  /** What one must be allowed besides. */
  asks?: Tag;
  /** Who has no shop, but may ask this for the marketplace, sees it too. */
  office?: Tag;
}

// Another page is another line here, and a route in app.tsx.
const ROOMS: readonly (readonly [kind: string, rooms: readonly Room[]])[] = [
  [
    "Orders",
    [
      { path: "/seller/orders", text: "Orders", right: "orders" },
      { path: "/seller/returns", text: "Returns", right: "orders" },
      { path: "/seller/disputes", text: "Disputes", right: "orders" },
    ],
  ],
  [
    "Goods",
    [
      { path: "/seller/products", text: "Products", right: "products" },
      { path: "/seller/stock", text: "Stock", right: "stock" },
    ],
  ],
  [
    "Offers",
    [
      { path: "/seller/sales", text: "Flash sales", right: "coupons", office: "flash_sales.ledger" },
      { path: "/seller/coupons", text: "Coupons", right: "coupons", office: "coupons.list" },
      { path: "/seller/preview", text: "Price preview", right: "coupons", office: "promotions.simulate" },
    ],
  ],
  [
    "Shop",
    [
      { path: "/seller/earnings", text: "Earnings", right: "money" },
      { path: "/seller/performance", text: "Performance", right: "orders" },
      { path: "/seller/shipping", text: "Shipping", asks: "sellers.edit_settings" },
      { path: "/seller/staff", text: "People" },
      { path: "/seller/settings", text: "Settings", asks: "sellers.edit_settings" },
    ],
  ],
];

/** The pages of the shop that somebody here works for, as far as their rights in it go. Who runs the marketplace has no shop, and looks at every sale and coupon. */
export function sellerRooms(): Rooms {
  const { seller_id, seller_rights = [] } = me.value ?? {};
  const opens = ({ right, asks, office }: Room): boolean =>
    seller_id ? (right === undefined || seller_rights.includes(right)) && (asks === undefined || may(asks)) : office !== undefined && may(office);
  return ROOMS.map(([kind, all]) => [kind, all.filter(opens).map(({ path, text }) => [path, text] as const)] as const).filter(([, open]) => open.length > 0);
}

/** Whether there are such pages for who is here; until that is known, whether there were when this tab was last here. */
export function sells(): boolean {
  if (me.value === undefined) return recall<boolean>("sells") ?? false;
  const does = sellerRooms().length > 0;
  remember("sells", does || undefined);
  return does;
}
