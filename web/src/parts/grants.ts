// What people call it. What can be granted, the shop says.
const NAMES = new Map([
  ["orders.show", "See an order"],
  ["watch:order", "Watch an order live"],
  ["catalog.edit_product", "Edit a product"],
  ["watch:product", "Watch a product live"],
  ["catalog.set_price", "Set a variant's price"],
  ["catalog.set_stock", "Set a variant's stock"],
  ["inventory.show", "See a variant's stock by location"],
  ["ledger.balance", "See a seller's balance"],
  ["ledger.earnings", "See a seller's earnings"],
  ["watch:earnings", "Watch a seller's earnings live"],
  ["sellers.edit", "Edit a seller's words"],
  ["sellers.show_settings", "See a seller's settings"],
  ["sellers.edit_settings", "Edit a seller's settings"],
]);

/** What an access list opens, in words. */
export function grantText(operation: string): string {
  return NAMES.get(operation) ?? operation;
}
