import type { Tag } from "../contract";
import { may } from "../core/permissions";

// Who runs the shop finds these pages, each by what it begins with asking; another page is another line here, and a route in app.tsx.
const ROOMS: readonly (readonly [path: string, text: string, asks: Tag])[] = [
  ["/admin/users", "People", "users.list"],
  ["/admin/roles", "Roles", "roles.list"],
  ["/manager/applications", "Applications", "sellers.list_applications"],
  ["/manager/sellers", "Sellers", "sellers.suspend"],
  ["/manager/moderation", "Moderation", "catalog.list_waiting_products"],
  ["/manager/reviews", "Reviews", "reviews.list_reported"],
  ["/manager/catalog", "Catalog", "catalog.create_category"],
  ["/manager/stock", "Stock", "sellers.suspend"],
  ["/manager/carts", "Carts", "carts.abandoned"],
  ["/manager/groups", "Groups", "groups.list_members"],
  ["/manager/payments", "Payments", "ledger.movements"],
  ["/manager/transfers", "Transfers", "payments.list_transfers"],
  ["/manager/disputes", "Bank disputes", "payments.disputes"],
  ["/manager/order-disputes", "Disputes", "disputes.resolve"],
  ["/manager/commission", "Commission", "ledger.commission_rates"],
  ["/manager/taxes", "Taxes", "taxes.list_exemptions"],
  ["/manager/tax-exemptions", "Tax exemptions", "taxes.list_exemptions"],
  ["/admin/access", "Access", "acl.list"],
  ["/admin/audit", "Audit log", "audit.list"],
];

/** The pages of whoever runs the shop, as far as who is here may see them. */
export function rooms(): readonly (readonly [path: string, text: string])[] {
  return ROOMS.filter(([, , asks]) => may(asks)).map(([path, text]) => [path, text]);
}
