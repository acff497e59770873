import type { Tag } from "../contract";
import { may } from "../core/permissions";
import type { Rooms } from "./room-kinds";

// Who runs the shop finds these pages, each by what it begins with asking; another page is another line here, and a route in app.tsx.
const ROOMS: readonly (readonly [kind: string, rooms: readonly (readonly [path: string, text: string, asks: Tag])[]])[] = [
  [
    "Orders",
    [
      ["/manager/figures", "Figures", "ledger.figures"],
      ["/manager/orders", "Orders", "orders.list_all"],
      ["/manager/returns", "Returns", "orders.list_all"],
      ["/manager/order-disputes", "Disputes", "disputes.resolve"],
    ],
  ],
  [
    "Money",
    [
      ["/manager/payments", "Payments", "ledger.movements"],
      ["/manager/transfers", "Transfers", "payments.list_transfers"],
      ["/manager/payouts", "Payouts", "ledger.preview_payouts"],
      ["/manager/commission", "Commission", "ledger.commission_rates"],
      ["/manager/disputes", "Chargebacks", "payments.disputes"],
    ],
  ],
  [
    "Sellers",
    [
      ["/manager/applications", "Applications", "sellers.list_applications"],
      ["/manager/sellers", "Sellers", "sellers.suspend"],
    ],
  ],
  [
    "Goods",
    [
      ["/manager/moderation", "Moderation", "catalog.list_waiting_products"],
      ["/manager/reviews", "Reviews", "reviews.list_reported"],
      ["/manager/catalog", "Catalog", "catalog.create_category"],
      ["/manager/stock", "Stock", "sellers.suspend"],
    ],
  ],
  [
    "Selling",
    [
      // Sellers set rates too; those for all are set by who sets the commission.
      ["/manager/shipping", "Shipping", "ledger.set_commission_rate"],
      ["/manager/taxes", "Taxes", "taxes.list_exemptions"],
      ["/manager/tax-exemptions", "Tax exemptions", "taxes.list_exemptions"],
      ["/manager/groups", "Groups", "groups.list_members"],
      ["/manager/carts", "Abandoned carts", "carts.abandoned"],
    ],
  ],
  [
    "People",
    [
      ["/admin/users", "People", "users.list"],
      ["/admin/roles", "Roles", "roles.list"],
      ["/admin/access", "Access", "acl.list"],
      ["/admin/audit", "Audit log", "audit.list"],
    ],
  ],
];

/** The pages of whoever runs the shop, as far as who is here may see them. */
export function rooms(): Rooms {
  return ROOMS.map(([kind, all]) => [kind, all.filter(([, , asks]) => may(asks)).map(([path, text]) => [path, text] as const)] as const).filter(([, open]) => open.length > 0);
}
