import type { Role } from "../contract";
import { me } from "../core/session";

// Who runs the shop finds these pages; another page is another line here, and a route in app.tsx.
const ROOMS: readonly (readonly [path: string, text: string, roles: readonly Role[]])[] = [
  ["/admin/users", "People", ["admin"]],
  ["/admin/roles", "Roles", ["admin"]],
  ["/manager/applications", "Applications", ["manager", "admin"]],
  ["/manager/sellers", "Sellers", ["manager", "admin"]],
  ["/manager/moderation", "Moderation", ["manager", "admin"]],
  ["/manager/reviews", "Reviews", ["manager", "admin"]],
  ["/manager/catalog", "Catalog", ["manager", "admin"]],
  ["/manager/stock", "Stock", ["manager", "admin"]],
  ["/manager/groups", "Groups", ["manager", "admin"]],
  ["/manager/payments", "Payments", ["manager", "admin"]],
  ["/manager/disputes", "Disputes", ["manager", "admin"]],
  ["/manager/commission", "Commission", ["manager", "admin"]],
  ["/admin/access", "Access", ["admin"]],
  ["/admin/audit", "Audit log", ["admin"]],
];

/** The pages of whoever runs the shop, as far as the roles of who is here go. */
export function rooms(): readonly (readonly [path: string, text: string])[] {
  const roles = me.value?.roles ?? [];
  return ROOMS.filter(([, , able]) => able.some((role) => roles.includes(role))).map(([path, text]) => [path, text]);
}
