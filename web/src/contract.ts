// Written by `fastshop typescript` from the contract in client_sdk/fastshop/contract. Do not edit it:
// change the contract and write it again; a test fails while the two differ.

/** A UUID, version 7 where we make it, so newer ids sort after older ones. */
export type Id = string;

/** A moment in RFC 3339, with its offset. */
export type Time = string;

/**
 * A cart that was left with goods in it. `user_id` is null for a guest's, `name` whose it is.
 *
 * `letters` counts those of the last 30 days that remind of it, `reminded_at` is when the last one went out.
 */
export interface AbandonedCart {
  user_id: Id | null;
  lines: number;
  changed_at: Time;
  abandoned_at: Time;
  name: string;
  letters: number;
  reminded_at: Time | null;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface AbandonedCartPage {
  items: readonly AbandonedCart[];
  next: string | null;
}

/**
 * An account of the books. `PAYMENTS` is what buyers paid; the others say where it is.
 *
 * `UNALLOCATED` came for something that is not sold yet. `DISPUTED` was taken back by a bank until it has decided. `LOSSES` was taken back beyond what was left of its sale. `DISCOUNTS` are the shop's own, which it pays to the seller. `FEES` are the gateway's, kept by it (`GATEWAY`). `OWED` was to go back and did not arrive: it is the buyer's, until somebody has sent it otherwise.
 */
export type Account = "commission" | "discounts" | "disputed" | "fees" | "gateway" | "losses" | "owed" | "payments" | "payouts" | "refunds" | "seller" | "tax" | "unallocated";

/** An address in somebody's book. `is_default`: the one that is meant when none is named. */
export interface Address {
  id: Id;
  address: PostalAddress;
  is_default: boolean;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface AddressPage {
  items: readonly Address[];
  next: string | null;
}

/** How a country writes addresses: the fields that it needs and those it knows, and its states, if it has a list. */
export interface AddressRules {
  country: string;
  required: readonly string[];
  known: readonly string[];
  country_areas: readonly Area[];
  postal_code_examples: readonly string[];
}

/** Why a person moves units by hand. */
export type AdjustReason = "adjusted" | "received" | "returned";

/** A key. `prefix` is what it begins with, to tell it by. `revoked_at`: it works no longer since then. */
export interface ApiKey {
  id: Id;
  name: string;
  prefix: string;
  scopes: readonly string[];
  created_at: Time;
  last_used_at: Time | null;
  expires_at: Time | null;
  revoked_at: Time | null;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface ApiKeyPage {
  items: readonly ApiKey[];
  next: string | null;
}

/** A manager approved or rejected an application. */
export interface ApplicationDecided {
  type: "sellers.application_decided";
  application: SellerApplication;
  time: Time;
}

/** How many applications wait for a decision. */
export interface ApplicationQueue {
  type: "sellers.application_queue";
  waiting: number;
  time: Time;
}

/** What became of an application. */
export type ApplicationState = "approved" | "open" | "rejected";

/** A state or province: `code` is what an address has, `name` what people call it. */
export interface Area {
  code: string;
  name: string;
}

/**
 * Something that products of a category, and of all below it, say of themselves; without one all products do.
 *
 * `code` is its stable name. A product without what is `required` cannot be published. `filterable`: lists of products can be narrowed by it.
 */
export interface Attribute {
  id: Id;
  code: string;
  name: string;
  kind: AttributeKind;
  category_id: Id | null;
  unit: string;
  choices: readonly string[];
  required: boolean;
  filterable: boolean;
}

/** What may be said: a text, a number in the attribute's unit, one of its choices, or true and false. */
export type AttributeKind = "choice" | "number" | "text" | "yes_no";

/**
 * The people that a promotion is for: all of these at once; an empty one lets everybody through.
 *
 * `newcomers` are customers without an order.
 */
export interface Audience {
  groups: readonly string[];
  countries: readonly string[];
  newcomers: boolean;
}

/**
 * The people that a promotion is for: all of these at once; an empty one lets everybody through.
 *
 * `newcomers` are customers without an order.
 */
export interface AudienceInput {
  groups?: readonly string[];
  countries?: readonly string[];
  newcomers?: boolean;
}

/** Whether each entry still fits the one before. `broken_at` is the first that does not. */
export interface AuditCheck {
  entries: number;
  intact: boolean;
  broken_at: number | null;
}

/** Something that was done. `subject` is what it was done to, e.g. `user:0193...`; people stand in it by id. */
export interface AuditEntry {
  number: number;
  at: Time;
  actor_id: Id | null;
  session_id: Id | null;
  action: string;
  subject: string;
  facts: Record<string, never>;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface AuditEntryPage {
  items: readonly AuditEntry[];
  next: string | null;
}

/** What this person waited for is there again. Told once. */
export interface BackInStock {
  type: "back_in_stock.told";
  wish_id: Id;
  product_id: Id;
  variant_id: Id;
  title: string;
  slug: string;
  time: Time;
}

/** Somebody wants to be told when a variant is in stock again. */
export interface BackInStockWish {
  id: Id;
  product_id: Id;
  variant_id: Id;
  asked_at: Time;
}

/** Where money is transferred to. `iban` is as ISO 13616 has it, `bic` empty where nobody needs it. */
export interface BankAccount {
  holder: string;
  iban: string;
  bic: string;
}

/**
 * What concerns one person, where their stream starts.
 *
 * Claims that hold units, the latest orders, active places in line, and the sales of whose start they are reminded.
 */
export interface Belongings {
  claims: readonly Claim[];
  orders: readonly Order[];
  places: readonly Place[];
  reminders: readonly Id[];
}

/** Who makes a product. */
export interface Brand {
  id: Id;
  name: string;
  slug: string;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface BrandPage {
  items: readonly Brand[];
  next: string | null;
}

/**
 * Of `buy` + `get` units, `get` are cheaper by `share`.
 *
 * Those are the cheapest of the scope or, with `same`, each line is counted by itself. With `gets`, `buy` units of the scope make `get` units of those other goods cheaper.
 */
export interface BuyGet {
  type: "buy_get";
  buy: number;
  get: number;
  /** hundredths of a percent: 1250 is 12.5 % */
  share: number;
  same: boolean;
  gets: Scope | null;
}

/**
 * Of `buy` + `get` units, `get` are cheaper by `share`.
 *
 * Those are the cheapest of the scope or, with `same`, each line is counted by itself. With `gets`, `buy` units of the scope make `get` units of those other goods cheaper.
 */
export interface BuyGetInput {
  type: "buy_get";
  buy: number;
  get: number;
  /** hundredths of a percent: 1250 is 12.5 % */
  share?: number;
  same?: boolean;
  gets?: ScopeInput | null;
}

/** A promotion that applies by itself while it runs, with what a page shows of it. */
export interface Campaign {
  id: Id;
  name: string;
  description: string;
  banner_url: string;
  terms: Terms;
  start_date: Time;
  end_date: Time;
  seller_id: Id | null;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface CampaignPage {
  items: readonly Campaign[];
  next: string | null;
}

/**
 * A cart at the catalog's present prices. `revision` rises with every edit.
 *
 * `units` and `totals` (one for each currency) count what is still sold. `moved` says that the guest signed in: the goods are in the account's cart. `left_out` are edits of the command that is answered.
 */
export interface Cart {
  id: Id;
  revision: number;
  lines: readonly CartLine[];
  units: number;
  totals: readonly Money[];
  moved: boolean;
  left_out: readonly LeftOut[];
}

/** Nobody has touched a cart with goods in it for a while. It is told three times at most until somebody does. */
export interface CartAbandoned {
  type: "cart.abandoned";
  cart_id: Id;
  user_id: Id | null;
  variants: readonly Id[];
  nth: number;
  time: Time;
}

/** An edit made on a device. Sent twice it counts once. A removal has no use for `quantity`. */
export interface CartEdit {
  id: Id;
  kind: EditKind;
  variant_id: Id;
  edited_at: Time;
  quantity?: number;
}

/** Nobody has touched a cart for so long that it was emptied. */
export interface CartExpired {
  type: "cart.expired";
  cart_id: Id;
  user_id: Id | null;
  time: Time;
}

/** A letter about a cart that was left. `sent_at` null: it is on its way, or its reason is gone. */
export interface CartLetter {
  id: Id;
  written_at: Time;
  sent_at: Time | null;
}

/**
 * Goods in a cart. `price` is what one costs now, `noted` what it did when it was put in.
 *
 * Where the goods are `GONE`, `price` and `total` are null.
 */
export interface CartLine {
  variant_id: Id;
  quantity: number;
  noted: Money;
  product_id: Id | null;
  seller_id: Id | null;
  title: string;
  image_url: string;
  sku: string;
  options: Readonly<Record<string, string>>;
  price: Money | null;
  total: Money | null;
  stock: number;
  notices: readonly Notice[];
}

/**
 * What became of letters that were sent in a time: a table of the office.
 *
 * `carts` were written about with `letters`; `restored` counts carts that were brought back by a letter's link, `orders` and `revenue` (one for each currency, shipping and taxes with it) what was ordered from them in time. `refusals` counts who wants no such letters, at all times. `waiting`: carts that are left now.
 */
export interface CartRecovery {
  since: Time;
  carts: number;
  letters: number;
  restored: number;
  orders: number;
  revenue: readonly Money[];
  refusals: number;
  waiting: number;
}

/** Whether letters about carts are wanted. */
export interface CartReminders {
  wanted: boolean;
}

/** A link to a cart. Whoever knows `id` may look. */
export interface CartShare {
  id: Id;
  created_at: Time;
}

/** The cart as it is now. */
export interface CartState {
  type: "carts.state";
  cart: Cart;
  time: Time;
}

/** What a cart costs with its codes, and why; `quote` is null for an empty one. */
export interface CartTotals {
  cart_id: Id;
  codes: readonly string[];
  quote: Quote | null;
}

/** A node of the category tree. `path` are the slugs from the root down to itself. */
export interface Category {
  id: Id;
  name: string;
  slug: string;
  parent_id: Id | null;
  path: readonly string[];
}

/**
 * What is to be found: the `counter` with which the derived key begins with `key_prefix` (hex).
 *
 * The key of `SHA-256` and cost 1 is the SHA-256 of salt, nonce and the counter as four bytes, big-endian.
 */
export interface ChallengeParameters {
  algorithm: string;
  nonce: string;
  salt: string;
  cost: number;
  keyLength: number;
  keyPrefix: string;
  data: Readonly<Record<string, string>>;
}

/**
 * A checkout as its owner sees it. `total` is what is to be paid.
 *
 * `options` are the ways of sending it, `shipping` the one that was chosen. `failure` is why the last payment failed; `refunded` says that money which came too late goes back. A guest's order is shown by `order_key`.
 */
export interface Checkout {
  id: Id;
  cart_id: Id;
  status: CheckoutStatus;
  lines: readonly CheckoutLine[];
  codes: readonly string[];
  email: string;
  address: PostalAddress | null;
  options: readonly ShippingOption[];
  shipping: string;
  quote: Quote;
  total: Money;
  expires_at: Time;
  payment_id: Id | null;
  failure: string;
  refunded: boolean;
  order_id: Id | null;
  order_key: Id | null;
}

/** Goods that are being bought; what they cost says the quote, whose `line_id` is the `variant_id`. */
export interface CheckoutLine {
  variant_id: Id;
  product_id: Id;
  seller_id: Id;
  title: string;
  image_url: string;
  sku: string;
  options: Readonly<Record<string, string>>;
  quantity: number;
}

/** A checkout and its payment. While that `needs_action` the customer confirms it at its `action_url`. */
export interface CheckoutOutcome {
  checkout: Checkout;
  payment: Payment;
}

/** The checkout as it is now. */
export interface CheckoutState {
  type: "checkout.state";
  checkout: Checkout;
  time: Time;
}

/**
 * Where a checkout stands.
 *
 * `PAYING`: a payment has no outcome yet. `EXPIRED`: its units went back; money that came nevertheless for units that are gone goes back too. `REPLACED`: another was begun from the same cart.
 */
export type CheckoutStatus = "completed" | "expired" | "open" | "paying" | "replaced";

/**
 * A customer's units in a sale. `place` counts the claims of the sale in the order in which they were decided.
 *
 * `expires_at` is when a held claim lapses. `payment_id` is the latest payment, `order_id` the order, once paid. `place_id` is the place in line that was served with it, null for who came when units were free.
 */
export interface Claim {
  id: Id;
  sale_id: Id;
  customer_id: Id;
  place: number;
  quantity: number;
  total: Money;
  state: ClaimState;
  claimed_at: Time;
  expires_at: Time;
  payment_id: Id | null;
  order_id: Id | null;
  place_id: Id | null;
}

/** A hold was not paid for in time. */
export interface ClaimLapsed {
  type: "flash_sales.lapsed";
  claim: Claim;
  time: Time;
}

/**
 * Where a claim stands. `HELD` and `PAYING` keep units; `PAID` has bought them; the others gave them back.
 *
 * `WITHDRAWN`: the seller cancelled the sale before it was paid for.
 */
export type ClaimState = "given_back" | "held" | "lapsed" | "paid" | "paying" | "withdrawn";

/** A hold was withdrawn because the sale was cancelled. Nothing was charged for it. */
export interface ClaimWithdrawn {
  type: "flash_sales.withdrawn";
  claim: Claim;
  time: Time;
}

/** If none of the holds that are out is paid for, so many `units` in all have come back at `time`. */
export interface ComingBack {
  time: Time;
  units: number;
}

/**
 * What the shop kept of what a seller sold in an order at one rate, or gave back of it (negative).
 *
 * `base` is what the rate was taken of: what the goods or their sending cost without taxes, before the discounts that the shop bears. `id` is the movement's.
 */
export interface Commission {
  id: Id;
  kind: MovementKind;
  seller_id: Id;
  order_id: Id | null;
  /** Basis points: 1250 is 12.5 % */
  rate: number;
  base: Money;
  amount: Money;
  at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface CommissionPage {
  items: readonly Commission[];
  next: string | null;
}

/** What the shop keeps of sales from `since` on: of one seller, of one category and those below, or both. */
export interface CommissionRate {
  id: Id;
  /** Basis points: 1250 is 12.5 % */
  rate: number;
  seller_id: Id | null;
  category_id: Id | null;
  since: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface CommissionRatePage {
  items: readonly CommissionRate[];
  next: string | null;
}

/**
 * A promotion with a code. An `automatic` one needs no entering; `seller_id` is whose it is, null for the shop.
 *
 * `usage_count` are the orders that have used it and were not cancelled.
 */
export interface Coupon {
  id: Id;
  code: string;
  name: string;
  terms: Terms;
  valid_from: Time | null;
  valid_until: Time | null;
  usage_limit: number | null;
  per_customer_limit: number | null;
  automatic: boolean;
  seller_id: Id | null;
  active: boolean;
  usage_count: number;
  created_at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface CouponPage {
  items: readonly Coupon[];
  next: string | null;
}

/** What came of a coupon: the uses that count, by how many customers, and what it took off in all, by currency. */
export interface CouponPerformance {
  coupon_id: Id;
  uses: number;
  customers: number;
  given_back: number;
  discounts: readonly Money[];
  first_use: Time | null;
  last_use: Time | null;
}

/** An order that used a coupon. One that was cancelled has given the use back. */
export interface CouponUse {
  order_id: Id;
  user_id: Id | null;
  discount: Money;
  used_at: Time;
  given_back_at: Time | null;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface CouponUsePage {
  items: readonly CouponUse[];
  next: string | null;
}

/** A group. Prices and promotions call it by its `name`; people read its `title`. */
export interface CustomerGroup {
  name: string;
  title: string;
  people: number;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface CustomerGroupPage {
  items: readonly CustomerGroup[];
  next: string | null;
}

/** What a promotion took off. `paid_by` is the seller whose promotion it is; null for the shop's own. */
export interface Discount {
  rule_id: Id;
  amount: Money;
  paid_by: Id | null;
}

/** A payment that its customer's bank questions. `id` is the gateway's, `reason` its code. */
export interface Dispute {
  id: string;
  payment_id: Id;
  amount: Money;
  state: DisputeState;
  reason: string;
  created_at: Time;
  updated_at: Time;
}

/** A dispute was decided, or the money that it gives back has gone. It comes without `decision` and replies. */
export interface DisputeMoved {
  type: "disputes.moved";
  dispute: OrderDispute;
  time: Time;
}

/** A customer opened a dispute. The log is kept for ever, so it has no words: look at the dispute. */
export interface DisputeOpened {
  type: "disputes.opened";
  dispute: OrderDispute;
  time: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface DisputePage {
  items: readonly Dispute[];
  next: string | null;
}

/** What a dispute is about. `RETURN`: a return that was refused, left lying or refunded in part. */
export type DisputeReason = "defective" | "not_arrived" | "not_as_described" | "other" | "return";

/** Somebody said something. What they said, and the dispute's `replies`, shows the dispute. */
export interface DisputeReplied {
  type: "disputes.replied";
  dispute: OrderDispute;
  reply: DisputeReply;
  time: Time;
}

/** What one side said. `author_id` is null for a guest. */
export interface DisputeReply {
  id: Id;
  side: ReturnSide;
  author_id: Id | null;
  words: string;
  at: Time;
}

/** Where a dispute stands. Won: the shop keeps the money. */
export type DisputeState = "lost" | "open" | "won";

/** The answer of a command that has nothing to tell but that it is done. */
export type Done = Record<string, never>;

/**
 * A line of a seller's statement: `amount` came to their account, or left it.
 *
 * `commission` and `tax` is what went elsewhere of the same sale (back from there, where negative); `rates` are the commission's. `shop_discount`, in minor units, is what the shop took off for the buyer and paid itself.
 */
export interface Earning {
  id: Id;
  seller_id: Id;
  kind: MovementKind;
  amount: Money;
  commission: Money;
  tax: Money;
  rates: readonly number[];
  order_id: Id | null;
  payment_id: Id | null;
  at: Time;
  shop_discount: number;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface EarningPage {
  items: readonly Earning[];
  next: string | null;
}

/** What the shop owes a seller now, by currency. Negative where more went back than was left. */
export interface Earnings {
  seller_id: Id;
  balances: readonly Money[];
}

/** Money came to a seller's account or left it. */
export interface EarningsMoved {
  type: "ledger.earnings_moved";
  earning: Earning;
  time: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface EarningsPage {
  items: readonly Earnings[];
  next: string | null;
}

/** What an edit does: put units in, say how many there are, take the goods out. */
export type EditKind = "add" | "remove" | "set";

/**
 * Why a place ended without units.
 *
 * The sale's time was over, or its seller ended it early (`ENDED`) or cancelled it; all its units were paid for by others; or the customer had as many units as they may have when their turn came (`LIMIT`).
 */
export type EndReason = "cancelled" | "ended" | "limit" | "sold_out";

/** What happened. `REFUNDED`: money of the payment went back. `DISPUTE_LOST`: the bank gave it back. */
export type EntryKind = "accepted" | "address_corrected" | "cancelled" | "delivered" | "dispute_lost" | "noted" | "refunded" | "rejected" | "returned" | "shipped";

/** A picture of a return or of a dispute, shown by one `side`. Where it is ready, `evidence.show` has it. */
export interface Evidence {
  id: Id;
  return_id: Id | null;
  dispute_id: Id | null;
  side: ReturnSide;
  state: EvidenceState;
  words: string;
  added_at: Time;
  reason: string;
}

/** Somebody sent a picture; a job makes it ready. The log is kept for ever, so it comes without `words`. */
export interface EvidenceAdded {
  type: "evidence.added";
  evidence: Evidence;
  time: Time;
}

/** A picture is ready, or cannot be: its state says which. It comes without `words`. */
export interface EvidenceMade {
  type: "evidence.made";
  evidence: Evidence;
  time: Time;
}

/** Where a picture stands. `FAILED` is final; `reason` says why. */
export type EvidenceState = "failed" | "ready" | "waiting";

/** What a promotion keeps others away from. */
export type Exclusive = "lines" | "no" | "order";

/** A person's exemption was granted, checked or revoked. Prices may be others. */
export interface ExemptionChanged {
  type: "taxes.exemption_changed";
  exemption_id: Id;
  time: Time;
}

/** An exemption was granted, checked or revoked: the list is read anew. */
export interface ExemptionsMoved {
  type: "taxes.exemptions_moved";
  time: Time;
}

/**
 * The figures of some days, the oldest first, and of all of them together. `people` have an account now.
 *
 * `fulfilled` is how many of the sellers' parts that had to be sent were, in basis points, as in `orders.performance`; null while there is nothing to tell from.
 */
export interface Figures {
  asked_at: Time;
  people: number;
  orders: number;
  new_people: number;
  revenue: readonly Money[];
  refunded: readonly Money[];
  commission: readonly Money[];
  fulfilled: number | null;
  days: readonly FiguresOfDay[];
}

/**
 * A day (UTC), from `begins` on. `revenue` is what was paid for its orders, `refunded` what went back in it.
 *
 * `commission` is what the shop kept of sales, less what it gave back of them. One amount for each currency.
 */
export interface FiguresOfDay {
  begins: Time;
  orders: number;
  new_people: number;
  revenue: readonly Money[];
  refunded: readonly Money[];
  commission: readonly Money[];
}

/** An amount off, spread over the lines by what they cost. */
export interface FixedAmount {
  type: "fixed";
  amount: Price;
}

/** An amount off, spread over the lines by what they cost. */
export interface FixedAmountInput {
  type: "fixed";
  amount: PriceInput;
}

/**
 * A sale. `left` are the units nobody holds or has bought: quantity_limit - held_count - sold_count.
 *
 * `commitment` is the SHA-256 of the seed with which its lobby is drawn, `seed` the seed itself, empty until it was drawn (both in hex). `limit_by` says by what else the limit counts, `proof_of_work` whether a place or a claim needs a solved challenge.
 */
export interface FlashSale {
  id: Id;
  product_id: Id;
  variant_id: Id;
  seller_id: Id;
  title: string;
  image_url: string;
  sale_price: Money;
  original_price: Money;
  start_time: Time;
  end_time: Time;
  quantity_limit: number;
  held_count: number;
  sold_count: number;
  left: number;
  per_customer_limit: number;
  hold_seconds: number;
  phase: Phase;
  commitment: string;
  seed: string;
  limit_by: readonly LimitBy[];
  proof_of_work: boolean;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface FlashSalePage {
  items: readonly FlashSale[];
  next: string | null;
}

/** Nothing to pay for shipping, `at_most` so much off, for the sellers of the goods in scope. */
export interface FreeShipping {
  type: "free_shipping";
  at_most: Price | null;
}

/** Nothing to pay for shipping, `at_most` so much off, for the sellers of the goods in scope. */
export interface FreeShippingInput {
  type: "free_shipping";
  at_most?: PriceInput | null;
}

/** Coupons that were made at once, each with its own code. */
export interface GeneratedCodes {
  batch_id: Id;
  codes: readonly string[];
}

/** Something opened to a person or to everybody with a role. `operation` is its name, or a channel's scope. */
export interface Grant {
  id: Id;
  operation: string;
  resource_id: Id;
  user_id: Id | null;
  role: string | null;
  granted_at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface GrantPage {
  items: readonly Grant[];
  next: string | null;
}

/** What can be granted. `on` names the id of what it is granted on: `order_id`. */
export interface Grantable {
  operation: string;
  on: string;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface GrantablePage {
  items: readonly Grantable[];
  next: string | null;
}

/** Somebody in a group. */
export interface GroupMember {
  user_id: Id;
  name: string;
  email: string;
  since: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface GroupMemberPage {
  items: readonly GroupMember[];
  next: string | null;
}

/** A person came into groups or left some: `groups` are all that they are in now. Prices may be others. */
export interface GroupsChanged {
  type: "groups.changed";
  groups: readonly string[];
  time: Time;
}

/**
 * A picture of a product. `alt` is what a screen reader says.
 *
 * The address of one that was uploaded ends with its width in pixels (`/1280.webp`). It is there in each of the narrower `fastshop.contract.media.WIDTHS` too.
 */
export interface Image {
  /** https, or a path of ours */
  url: string;
  alt: string;
}

/**
 * A picture of a product. `alt` is what a screen reader says.
 *
 * The address of one that was uploaded ends with its width in pixels (`/1280.webp`). It is there in each of the narrower `fastshop.contract.media.WIDTHS` too.
 */
export interface ImageInput {
  /** https, or a path of ours */
  url: string;
  alt?: string;
}

/** An import and how far it is. The counts are of rows; `total_rows` is null until the file was read once. */
export interface Import {
  id: Id;
  seller_id: Id;
  state: ImportState;
  dry_run: boolean;
  total_rows: number | null;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  reason: string;
  started_at: Time;
  finished_at: Time | null;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface ImportPage {
  items: readonly Import[];
  next: string | null;
}

/** How far an import is now. */
export interface ImportProgress {
  type: "imports.progress";
  progress: Import;
  time: Time;
}

/** Somebody asked for an import; a job does it. */
export interface ImportRequested {
  type: "imports.requested";
  import_id: Id;
  time: Time;
}

/**
 * What became of one row. `line` is the line in the file where the row begins; the header is line 1.
 *
 * Of one that failed `column` and `reason` say what was found first, `further` what else.
 */
export interface ImportRow {
  line: number;
  outcome: RowOutcome;
  handle: string;
  column: string;
  reason: string;
  further: readonly RowProblem[];
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface ImportRowPage {
  items: readonly ImportRow[];
  next: string | null;
}

/** Where an import stands. `FAILED` means that the file as a whole could not be read; `reason` says why. */
export type ImportState = "done" | "failed" | "running" | "waiting";

/**
 * A seller's invoice for their part of an order, or a credit note for it. It never changes once it is made.
 *
 * `number` counts the seller's own without gaps. `net` and `tax` are in minor units; `corrects` is the number of the invoice that a credit note is for, empty otherwise.
 */
export interface Invoice {
  id: Id;
  kind: PaperKind;
  number: string;
  seller_id: Id;
  order_id: Id;
  issued_at: Time;
  total: Money;
  net: number;
  tax: number;
  corrects: string;
}

/** A line of a sale's ledger: what happened to which claim or place in line, when. */
export interface LedgerEntry {
  type: string;
  time: Time;
  claim: Claim | null;
  place: Place | null;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface LedgerEntryPage {
  items: readonly LedgerEntry[];
  next: string | null;
}

/** The balances of the shop, by currency. */
export interface LedgerTotals {
  totals: readonly Totals[];
}

/** An edit that did not come into the cart. */
export interface LeftOut {
  edit_id: Id;
  variant_id: Id;
  reason: LeftOutReason;
}

/** Why an edit was left out: the goods are not sold (any more), or the cart is full. */
export type LeftOutReason = "full" | "gone";

/**
 * Whose units count together for the limit of a sale: a customer's always do.
 *
 * By `CARD` also those of all who pay with the same card, by `ADDRESS` those that go to the same address.
 */
export type LimitBy = "address" | "card" | "customer";

/**
 * When a unit may come free for a place. An estimate: nobody knows who will pay.
 *
 * `earliest` is the first moment at which enough holds can have lapsed, null when more wait ahead than units are on hold. `likely` is how likely it is that so many of these holds are not paid for, from 0 to 1.
 */
export interface LineEstimate {
  earliest: Time | null;
  likely: number;
}

/** A customer took a place in the lobby or in line. */
export interface LineJoined {
  type: "flash_sales.joined";
  place: Place;
  time: Time;
}

/** A customer gave their place up. */
export interface LineLeft {
  type: "flash_sales.left";
  place: Place;
  time: Time;
}

/** In front of the place with this `number` so many others wait. */
export interface LineMark {
  number: number;
  ahead: number;
}

/** A place and how many wait ahead. The latter is null where it does not wait: in the lobby, or when it is over. */
export interface LinePosition {
  place: Place;
  ahead: number | null;
  estimate: LineEstimate | null;
}

/** Units of a line of an order. */
export interface LineUnits {
  line_id: Id;
  quantity: number;
}

/** Units of a line of an order. */
export interface LineUnitsInput {
  line_id: Id;
  quantity: number;
}

/** An account elsewhere that signs the caller in. One can have several with a provider. */
export interface LinkedAccount {
  provider: string;
  linked_at: Time;
}

/**
 * How the lobby was drawn, a page of it. `places` are the ids in the order drawn, from number `first` on.
 *
 * `commitment` (shown from the sale's creation) is the SHA-256 of `seed`; places are in the ascending order of SHA-256 of seed and place id (its 16 bytes). `fastshop.fairness.verify_draw` checks all of it.
 */
export interface LobbyDraw {
  sale_id: Id;
  commitment: string;
  seed: string;
  count: number;
  first: number;
  places: readonly Id[];
  next: string | null;
}

/** Units in a warehouse. */
export interface LocationLevel {
  warehouse_id: Id;
  on_hand: number;
}

/** How many returns and disputes are not over. It is told anew whenever something happens to one. */
export interface MatterQueue {
  type: "disputes.matters";
  returns: number;
  disputes: number;
  time: Time;
}

/**
 * The person who asks. `seller_id` is the seller they act for, if any; `seller_rights` what they may do there.
 *
 * `email_verified`: mail sent there has reached them. `two_factor`: signing in takes a second step. `ip_whitelist` are the networks that the account may be used from, none if from anywhere.
 */
export interface Me {
  id: Id;
  email: string;
  name: string;
  roles: readonly Role[];
  seller_id: Id | null;
  created_at: Time;
  email_verified: boolean;
  two_factor: boolean;
  seller_rights: readonly SellerRight[];
  ip_whitelist: readonly string[];
}

/**
 * A picture of a product. `url` is its widest; empty until it is ready.
 *
 * `sources` are all its widths, the narrowest first; none of a picture that is kept elsewhere.
 */
export interface Media {
  id: Id;
  product_id: Id;
  state: MediaState;
  alt: string;
  url: string;
  sources: readonly MediaSource[];
  reason: string;
}

/** Somebody sent a picture; a job makes it ready. */
export interface MediaAdded {
  type: "media.added";
  media: Media;
  time: Time;
}

/** A picture is ready, or cannot be: its state says which. */
export interface MediaMade {
  type: "media.made";
  media: Media;
  time: Time;
}

/** A picture at its place in the order, with what a screen reader says. */
export interface MediaPlace {
  id: Id;
  /** What a screen reader says */
  alt?: string;
}

/** A picture in one width, as WebP. What an address holds never changes. */
export interface MediaSource {
  url: string;
  width: number;
  height: number;
}

/**
 * Where a picture stands. `FAILED` is final; `reason` says why.
 *
 * Where a product on show is moderated, one that is made is `IN_REVIEW` until a manager has let it be seen: until then its seller and the managers alone know of it. What was not let through is `REJECTED`, and gone in a day.
 */
export type MediaState = "failed" | "in_review" | "ready" | "rejected" | "waiting";

/**
 * How saving a method stands; `method` is what was saved, null until then.
 *
 * While it is pending the browser completes it with the gateway's own page elements, which are given `client_secret` and `public_key`. While it needs that, the customer confirms it with their bank at `action_url`.
 */
export interface MethodSetup {
  state: MethodState;
  method: SavedMethod | null;
  client_secret: string;
  public_key: string;
  action_url: string;
}

/** Where the saving of a method stands. `PENDING`: the browser, or the gateway, is not done with it. */
export type MethodState = "needs_action" | "pending" | "saved";

/** A person's saved methods are others than they were: they are read anew. */
export interface MethodsChanged {
  type: "payments.methods_changed";
  time: Time;
}

/** Whose products are reviewed before they are seen. A seller is new while none of their products was. */
export type ModerationMode = "all" | "new_sellers" | "none";

/** The marketplace's rule. What was said of one seller goes before it. */
export interface ModerationPolicy {
  mode: ModerationMode;
}

/** How many products wait for review. */
export interface ModerationQueue {
  type: "catalog.moderation_queue";
  waiting: number;
  time: Time;
}

/** An exact amount: `amount` in minor units (cents) of the ISO 4217 `currency`. */
export interface Money {
  amount: number;
  currency: string;
}

/** An exact amount: `amount` in minor units (cents) of the ISO 4217 `currency`. */
export interface MoneyInput {
  amount: number;
  currency: string;
}

/** Money that moved between accounts, for one reason. */
export interface Movement {
  id: Id;
  kind: MovementKind;
  at: Time;
  order_id: Id | null;
  payment_id: Id | null;
  entries: readonly MovementEntry[];
}

/**
 * A line of the books. What comes to an account is positive, what leaves it negative; a movement's sum is zero.
 *
 * `party_id` is the seller that it concerns, `line_id` the line of the order; none is shipping. `rate` is the commission's, as it was when the sale was made.
 */
export interface MovementEntry {
  account: Account;
  amount: Money;
  party_id: Id | null;
  rate: number | null;
  line_id: Id | null;
}

/** Why money moved. A sale moves more of it where the tax in its price becomes known later. */
export type MovementKind = "dispute" | "dispute_lost" | "dispute_won" | "fee" | "payment" | "payout" | "payout_failed" | "refund" | "refund_failed" | "sale";

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface MovementPage {
  items: readonly Movement[];
  next: string | null;
}

/** Why units came or left. */
export type MovementReason = "adjusted" | "received" | "returned" | "sold" | "transferred";

/** A key and its secret: the bearer token, told this once. */
export interface NewApiKey {
  key: ApiKey;
  secret: string;
}

/** How many units of a line are wanted from now on; 0 for none. */
export interface NewQuantity {
  line_id: Id;
  quantity: number;
}

/** What a manager may have happen to all parts of an order that allow it. */
export type NewStatus = "accepted" | "cancelled" | "delivered";

/**
 * A variant to be created or, with the id of one that exists, to be changed.
 *
 * A `gtin` or `stock` left out stays as it is: what was sold meanwhile is not there again. A new one has none.
 */
export interface NewVariant {
  id: Id;
  sku: string;
  price: PriceInput;
  options?: Readonly<Record<string, string>>;
  compare_at_price?: PriceInput | null;
  stock?: number | null;
  gtin?: string | null;
}

/**
 * Why no tax is charged on something that is sold; an invoice prints the `reason`.
 *
 * `exemption_id` is the customer's exemption; null where the seller charges no tax from anybody.
 */
export interface NoTax {
  reason: string;
  exemption_id: Id | null;
}

/**
 * What is to be told about a line.
 *
 * `PRICE_CHANGED`: it costs something else than when it was put in. `SHORT`: there are fewer in stock. `GONE`: it is not sold any more.
 */
export type Notice = "gone" | "price_changed" | "short";

/** An operation, or a channel's scope, that an access list opens to the caller on one thing. */
export interface Opened {
  operation: string;
  resource_id: Id;
}

/**
 * An order, whole, or what of it is one seller's. `number` is what people call it by.
 *
 * `total` is what was paid: lines and shipping. `discount` and `tax` are what of them was taken off and is tax, in minor units. `customer_id` is null for a guest, whose `email` is there instead: for themselves, managers and admins. `address` is where it goes, as it was then; null in events, for the log is never forgotten, and where nobody has said it yet. `address_fixed`: what was bought was limited by address, so that it cannot be another.
 *
 * `parts` are the sellers' shares of the work; `version` rises with every change of any of them. `lines` stay as they were bought: what of them was cancelled say the parts. `refunded` is what went back, or is on its way, in minor units. To a seller `state` and `refunded` are those of their own part, whose money is theirs or went back with all of the order's.
 */
export interface Order {
  id: Id;
  number: string;
  customer_id: Id | null;
  state: OrderState;
  lines: readonly OrderLine[];
  total: Money;
  payment_id: Id | null;
  placed_at: Time;
  shipping: readonly OrderShipping[];
  discount: number;
  tax: number;
  taxes_included: boolean;
  address: PostalAddress | null;
  email: string;
  version: number;
  refunded: number;
  parts: readonly SellerOrder[];
  address_fixed: boolean;
}

/**
 * A dispute about a line of an order, or about a return.
 *
 * Until `answer_by` the side `waits_for` may answer; it is decided once the seller has, or that time is over. `at_stake` is what could still go back for it when it was opened. `refund` is what the decision gives back, `decision` why; `failure` is the gateway's code where it could not be given back: then it is open again. `customer_id` is null for a guest.
 */
export interface OrderDispute {
  id: Id;
  order_id: Id;
  line_id: Id | null;
  return_id: Id | null;
  seller_id: Id;
  customer_id: Id | null;
  state: OrderDisputeState;
  reason: DisputeReason;
  waits_for: ReturnSide;
  answer_by: Time;
  at_stake: Money;
  refund: Money;
  refund_id: Id | null;
  decision: string;
  decided_by: Id | null;
  failure: string;
  opened_at: Time;
  updated_at: Time;
  replies: readonly DisputeReply[];
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface OrderDisputePage {
  items: readonly OrderDispute[];
  next: string | null;
}

/** Where a dispute stands. `REFUNDING`: decided, the money is on its way. `RESOLVED` is final. */
export type OrderDisputeState = "open" | "refunding" | "resolved";

/**
 * Units of one variant, with title, options and price as they were when it was bought.
 *
 * `total` is what was paid for them: the unit price times the quantity, less `discount` (minor units), with taxes, which the unit price contains where the order says `taxes_included`. `shop_discount` is what of the discount the shop bears, without taxes (minor units); the rest is the seller's. `id` is null until it is ordered. `untaxed` says why no tax was charged, where somebody was exempt then.
 */
export interface OrderLine {
  variant_id: Id;
  product_id: Id;
  seller_id: Id;
  title: string;
  sku: string;
  options: Readonly<Record<string, string>>;
  quantity: number;
  unit_price: Money;
  total: Money;
  discount: number;
  taxes: readonly Tax[];
  id: Id | null;
  shop_discount: number;
  untaxed: NoTax | null;
}

/**
 * Something happened to an order: `entry` says what, `part` is the seller's part of it as it is now.
 *
 * `refunded` is what went back of the payment, or is on its way, in minor units. A seller is told the `state` of their own part, and nothing of what others do.
 */
export interface OrderMoved {
  type: "orders.moved";
  order_id: Id;
  state: OrderState;
  version: number;
  refunded: number;
  entry: TimelineEntry;
  part: SellerOrder | null;
  time: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface OrderPage {
  items: readonly Order[];
  next: string | null;
}

/** An order was paid and exists from now on. */
export interface OrderPlaced {
  type: "orders.placed";
  order: Order;
  time: Time;
}

/**
 * How one seller's goods are sent. `price` is before `discount` (minor units), `total` what was paid for it.
 *
 * `option` is the stable name of the way that was chosen, `name` what people call it. `standard` is the price of the cheapest way that was offered, null where that is not known. `shop_discount` and `untaxed` are as in a line.
 */
export interface OrderShipping {
  seller_id: Id;
  option: string;
  name: string;
  price: Money;
  total: Money;
  discount: number;
  taxes: readonly Tax[];
  shop_discount: number;
  standard: Money | null;
  untaxed: NoTax | null;
}

/**
 * Where an order stands: as far as its least advanced seller is, leaving out what was cancelled.
 *
 * `PARTLY_SHIPPED` as soon as anything is on its way while something is not.
 */
export type OrderState = "accepted" | "cancelled" | "delivered" | "paid" | "partly_shipped" | "shipped";

/** Where an order is: its parts, with their parcels. */
export interface OrderTracking {
  order_id: Id;
  number: string;
  state: OrderState;
  parts: readonly SellerOrder[];
}

/** Units to be packed. */
export interface PackingLine {
  title: string;
  sku: string;
  options: Readonly<Record<string, string>>;
  quantity: number;
}

/** What is to be packed of an order, and where it goes. `address` has a line for each of the label's. */
export interface PackingSlip {
  order_id: Id;
  order_number: string;
  placed_at: Time;
  address: readonly string[];
  shipping: string;
  lines: readonly PackingLine[];
}

/** What a numbered paper is. A credit note takes back of an invoice what a refund gave back. */
export type PaperKind = "credit_note" | "invoice";

/** How paying went. The claim is `paid`, or still `paying` while the bank takes its time or needs an action. */
export interface PayAnswer {
  claim: Claim;
  payment: Payment;
}

/**
 * A payment. `action_url` is where the customer confirms it with their bank, while it needs that.
 *
 * `failure` is the gateway's reason, empty while there is none. `returned` is what went back of it by refunds of a part, or is on its way back, in minor units. `user_id` is null for a guest's. `awaited_until` is how long money is waited for that the customer transfers to the shop themselves; null for any other payment.
 */
export interface Payment {
  id: Id;
  user_id: Id | null;
  amount: Money;
  status: PaymentState;
  payment_method: string;
  failure: string;
  action_url: string;
  created_at: Time;
  updated_at: Time;
  returned: number;
  awaited_until: Time | null;
}

/** A payment did not go through; the claim is held again, or lapsed if its time was over. `reason` says why. */
export interface PaymentFailed {
  type: "flash_sales.payment_failed";
  claim: Claim;
  reason: string;
  time: Time;
}

/**
 * A payment that the customer's browser is to complete with the gateway's own page elements.
 *
 * `client_secret` is what those are given, with the gateway's `public_key` (empty: the simulated gateway).
 */
export interface PaymentIntent {
  payment: Payment;
  client_secret: string;
  public_key: string;
}

/** A payment waits for the customer: they confirm it with their bank at its `action_url`. */
export interface PaymentNeedsAction {
  type: "payments.needs_action";
  payment: Payment;
  time: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface PaymentPage {
  items: readonly Payment[];
  next: string | null;
}

/** Money of a payment went back: an admin gave it back, here or at the gateway, or what it paid for is not sent. */
export interface PaymentPartRefunded {
  type: "payments.part_refunded";
  payment: Payment;
  refund: PaymentRefund;
  time: Time;
}

/**
 * Money of a payment that goes back. `reason` is why, `failure` the gateway's code if it could not.
 *
 * `seller_id` is out of whose share of the sale; null where an admin gave back of the whole. `owed`: the gateway could not, the shop keeps the money for the customer, and somebody has to send it in another way.
 */
export interface PaymentRefund {
  id: Id;
  payment_id: Id;
  amount: Money;
  reason: string;
  state: RefundState;
  failure: string;
  created_at: Time;
  updated_at: Time;
  seller_id: Id | null;
  owed: boolean;
}

/** Money of a payment did not arrive where it was paid from. The shop owes it and sends it in another way. */
export interface PaymentRefundFailed {
  type: "payments.refund_failed";
  payment: Payment;
  refund: PaymentRefund;
  time: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface PaymentRefundPage {
  items: readonly PaymentRefund[];
  next: string | null;
}

/** The money of a payment went back, whole, because what it was for was gone when it came. */
export interface PaymentRefunded {
  type: "payments.refunded";
  payment: Payment;
  time: Time;
}

/**
 * A customer pays; until the outcome is known the units stay theirs.
 *
 * `limit_keys` are what the sale's limit counts by, card or address, as keyed hashes that name nobody.
 */
export interface PaymentStarted {
  type: "flash_sales.payment_started";
  claim: Claim;
  limit_keys: readonly string[];
  time: Time;
}

/**
 * Where a payment stands. `PENDING`: asked of the gateway, outcome not known yet.
 *
 * A payment whose units were lost by then is `REFUNDING` until the gateway has given the money back; so is one that was refunded whole, and some of that did not arrive.
 */
export type PaymentState = "failed" | "needs_action" | "pending" | "refunded" | "refunding" | "succeeded";

/** Money on its way to a seller. `reference` is what the bank knows it by, or why it failed. */
export interface Payout {
  id: Id;
  seller_id: Id;
  amount: Money;
  state: PayoutState;
  reference: string;
  created_at: Time;
  completed_at: Time | null;
}

/** A seller's account. `iban` is whole for admins, who pay out; else only its country and last four digits are. */
export interface PayoutAccount {
  seller_id: Id;
  holder: string;
  iban: string;
  updated_at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface PayoutPage {
  items: readonly Payout[];
  next: string | null;
}

/** Where a payout stands. `PENDING` left the seller's balance and is on its way to their bank. */
export type PayoutState = "failed" | "paid" | "pending";

/** A share off, `at_most` so much. */
export interface Percent {
  type: "percent";
  /** hundredths of a percent: 1250 is 12.5 % */
  share: number;
  at_most: Price | null;
}

/** A share off, `at_most` so much. */
export interface PercentInput {
  type: "percent";
  /** hundredths of a percent: 1250 is 12.5 % */
  share: number;
  at_most?: PriceInput | null;
}

/**
 * What the caller may do beyond what everybody signed in may.
 *
 * `operations` are those that their roles include, `opened` what access lists open to them besides.
 */
export interface Permissions {
  operations: readonly string[];
  opened: readonly Opened[];
}

/** A person, as far as somebody needs to know to choose them. */
export interface PersonFound {
  id: Id;
  email: string;
  name: string;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface PersonFoundPage {
  items: readonly PersonFound[];
  next: string | null;
}

/** Where a sale stands by the server's clock. */
export type Phase = "cancelled" | "ended" | "open" | "upcoming";

/**
 * A customer's place in the line of a sale, for up to `quantity` units. A customer has one active place.
 *
 * `joined` counts the places of the sale in the order in which they were taken. `number` is its number in line, 0 in the lobby: the draw gives the lobby the first ones, who comes later gets the next. Numbers never change; how many are ahead is told by the sale's `SaleLine`. `claim_id` is what it was served.
 */
export interface Place {
  id: Id;
  sale_id: Id;
  customer_id: Id;
  quantity: number;
  state: PlaceState;
  joined: number;
  joined_at: Time;
  number: number;
  claim_id: Id | null;
  reason: EndReason | null;
}

/** A place ended without units; its `reason` says why. */
export interface PlaceEnded {
  type: "flash_sales.place_ended";
  place: Place;
  time: Time;
}

/**
 * Where a place stands. Those in the `LOBBY` and `WAITING` are active; the others are over.
 *
 * `SERVED`: its units are held, see `claim_id`. `LEFT`: given up by its customer. `ENDED`: see `reason`.
 */
export type PlaceState = "ended" | "left" | "lobby" | "served" | "waiting";

/**
 * An address. What a country's addresses do not have stays empty: see `DescribeAddress`.
 *
 * `street` may have several lines; `country_area` is a state or province, `city_area` a district, `sorting_code` what France calls CEDEX. `phone` is written as people do; the shop answers it in E.164.
 */
export interface PostalAddress {
  name: string;
  /** ISO 3166-1 alpha-2 */
  country: string;
  street: string;
  city: string;
  postal_code: string;
  country_area: string;
  city_area: string;
  sorting_code: string;
  company: string;
  phone: string;
}

/**
 * An address. What a country's addresses do not have stays empty: see `DescribeAddress`.
 *
 * `street` may have several lines; `country_area` is a state or province, `city_area` a district, `sorting_code` what France calls CEDEX. `phone` is written as people do; the shop answers it in E.164.
 */
export interface PostalAddressInput {
  name: string;
  /** ISO 3166-1 alpha-2 */
  country: string;
  street: string;
  city?: string;
  postal_code?: string;
  country_area?: string;
  city_area?: string;
  sorting_code?: string;
  company?: string;
  phone?: string;
}

/** What something costs: never below zero. */
export interface Price {
  amount: number;
  currency: string;
}

/**
 * What a variant cost in the last year, the latest first.
 *
 * `lowest` is the lowest price of the 30 days before the present price came to hold, where that was a reduction (Directive 98/6/EC, Article 6a), otherwise of the last 30 days.
 */
export interface PriceHistory {
  variant_id: Id;
  points: readonly PricePoint[];
  lowest: Money;
}

/** What something costs: never below zero. */
export interface PriceInput {
  amount: number;
  currency: string;
}

/** What a variant cost from a moment on. */
export interface PricePoint {
  price: Money;
  since: Time;
}

/** What a unit of a variant costs from so many units on, in a currency, for a group (null: everybody). */
export interface PriceTier {
  id: Id;
  variant_id: Id;
  price: Money;
  customer_group: string | null;
  min_quantity: number;
  valid_from: Time | null;
  valid_until: Time | null;
}

/**
 * What a line costs. `before` is the unit price times the quantity, `after` is what the discounts leave.
 *
 * `net` and `gross` are that without and with taxes. `price_code` says where the unit price comes from. `shop_discount` is what the shop bears of the discounts, without taxes, in minor units: they are its own. `untaxed` says why there is no tax, where somebody is exempt.
 */
export interface PricedLine {
  line_id: Id;
  variant_id: Id;
  seller_id: Id;
  quantity: number;
  list_price: Money;
  unit_price: Money;
  price_code: string;
  before: Money;
  discounts: readonly Discount[];
  after: Money;
  taxes: readonly Tax[];
  net: Money;
  gross: Money;
  tried: readonly Tried[];
  shop_discount: number;
  untaxed: NoTax | null;
}

/** What shipping from a seller costs; the fields are those of a line. */
export interface PricedShipping {
  seller_id: Id;
  before: Money;
  discounts: readonly Discount[];
  after: Money;
  taxes: readonly Tax[];
  net: Money;
  gross: Money;
  shop_discount: number;
  untaxed: NoTax | null;
}

/**
 * A product, whole. `options` are the names that its variants differ in, in display order.
 *
 * `attributes` are by code, see `catalog.list_attributes`. `max_per_customer` is how many units of it one customer may buy in all, 0: as many as they like.
 */
export interface Product {
  id: Id;
  slug: string;
  title: string;
  description: string;
  status: ProductStatus;
  seller: Seller;
  category_id: Id | null;
  brand: Brand | null;
  options: readonly string[];
  images: readonly Image[];
  variants: readonly Variant[];
  created_at: Time;
  updated_at: Time;
  rating: Rating;
  attributes: Readonly<Record<string, string | boolean | number | number>>;
  max_per_customer: number;
}

/**
 * A product in a list. `price` is the lowest of its variants.
 *
 * `in_stock`: its seller has some or, in the list of all sellers' products, one of those who offer it.
 */
export interface ProductCard {
  id: Id;
  slug: string;
  title: string;
  seller: Seller;
  category_id: Id | null;
  image: Image | null;
  price: Money;
  compare_at_price: Money | null;
  in_stock: boolean;
  rating: Rating;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface ProductCardPage {
  items: readonly ProductCard[];
  next: string | null;
}

/** A product was created or edited: texts, pictures, status, variants. */
export interface ProductChanged {
  type: "catalog.product_changed";
  product: Product;
  time: Time;
}

/** What reviews say of a product moved. */
export interface ProductRated {
  type: "catalog.product_rated";
  product_id: Id;
  rating: Rating;
  time: Time;
}

/** A manager decided about what a seller sent to review. */
export interface ProductReviewed {
  type: "catalog.product_reviewed";
  product_id: Id;
  title: string;
  state: SubmissionState;
  reason: string;
  time: Time;
}

/** What of a product is reviewed. The category's attributes go with it. */
export interface ProductRevision {
  title: string;
  description: string;
  images: readonly Image[];
  category_id: Id | null;
  attributes: Readonly<Record<string, string | boolean | number | number>>;
}

/** The order of a product list. */
export type ProductSort = "newest" | "price_down" | "price_up" | "title";

/**
 * Whether a product is seen, and what is to come. Null moments: nothing is planned.
 *
 * `moderated`: another material edit, or publishing what was not approved, would go to review.
 */
export interface ProductStanding {
  product_id: Id;
  status: ProductStatus;
  moderated: boolean;
  publish_at: Time | null;
  unpublish_at: Time | null;
  submission: ProductSubmission | null;
}

/**
 * Whether a product is for sale. Only `ACTIVE` ones are seen by others than their seller.
 *
 * A seller asks for `ACTIVE`, `DRAFT`, `UNPUBLISHED` or `ARCHIVED`. Where products are moderated, what was asked to be active is `IN_REVIEW` until a manager has approved it, or `REJECTED` until it is asked again. Nor are those, while their seller is suspended.
 */
export type ProductStatus = "active" | "archived" | "draft" | "in_review" | "rejected" | "unpublished";

/**
 * What was last sent to review: the product itself, or a `revision` of it while it stays on show as it is.
 *
 * `number` counts what was sent. `reason` is why it was rejected.
 */
export interface ProductSubmission {
  number: number;
  state: SubmissionState;
  revision: ProductRevision | null;
  reason: string;
  submitted_at: Time;
  decided_at: Time | null;
}

/** A product is not for sale any more: nothing more is told here until it is again. */
export interface ProductWithdrawn {
  type: "catalog.product_withdrawn";
  product_id: Id;
  time: Time;
}

/**
 * A proof of work to do, as ALTCHA (version 2) says it: any of its clients solves it.
 *
 * The proof is the base64 of the JSON `{"challenge": <this>, "solution": {"counter": ..., "derivedKey": <hex>}}`.
 */
export interface ProofChallenge {
  parameters: ChallengeParameters;
  signature: string;
}

/** With whose accounts one can sign in. */
export interface Providers {
  names: readonly string[];
}

/**
 * What a cart costs at a moment, and why.
 *
 * `best` is false when there were too many combinations to look at all of them: then it is the best that was found. `zone` is the tax zone, empty for none; `taxes_included` says whether prices contain the taxes.
 */
export interface Quote {
  currency: string;
  zone: string;
  taxes_included: boolean;
  lines: readonly PricedLine[];
  shipping: readonly PricedShipping[];
  sellers: readonly SellerTotals[];
  totals: QuoteTotals;
  tried: readonly Tried[];
  unlocks: readonly Unlock[];
  best: boolean;
}

/** Sums: goods and shipping before discounts, all discounts, all taxes, and what is to be paid. */
export interface QuoteTotals {
  goods: Money;
  shipping: Money;
  discount: Money;
  net: Money;
  tax: Money;
  gross: Money;
}

/** A tax on goods of a class; `rate` is in millionths: 190000 is 19 %. */
export interface Rate {
  name: string;
  rate: number;
  tax_class: string;
  valid_from: Time | null;
  valid_until: Time | null;
}

/** A tax on goods of a class; `rate` is in millionths: 190000 is 19 %. */
export interface RateInput {
  name: string;
  rate: number;
  tax_class?: string;
  valid_from?: Time | null;
  valid_until?: Time | null;
}

/**
 * What reviews say of a product. `stars` counts those with one star, with two, up to five.
 *
 * `average` is rounded to two decimals; 0 while there are none.
 */
export interface Rating {
  average: number;
  count: number;
  stars: readonly number[];
}

/** A payment, what it paid for, and what went back of it. */
export interface Receipt {
  payment: Payment;
  pays_for: string;
  refunds: readonly PaymentRefund[];
}

/** How many units of a line came, and how many of them can be sold again: those go back into stock. */
export interface ReceivedUnits {
  line_id: Id;
  quantity: number;
  resellable?: number;
}

/** Codes for who has lost the app. Each works once. They are told this once. */
export interface RecoveryCodes {
  codes: readonly string[];
}

/** Where a refund stands. A bank may send back what had succeeded: then it has failed. */
export type RefundState = "failed" | "pending" | "succeeded";

/** Somebody opened an account. `name` is empty, for older programs: the log is kept for ever and names nobody. */
export interface Registered {
  type: "accounts.registered";
  user_id: Id;
  name: string;
  time: Time;
}

/** A customer wants to be reminded of a sale's start. */
export interface ReminderAsked {
  type: "flash_sales.reminder_asked";
  sale_id: Id;
  time: Time;
}

/** A customer does not want to be reminded any more, or the sale was over before anybody could. */
export interface ReminderDropped {
  type: "flash_sales.reminder_dropped";
  sale_id: Id;
  time: Time;
}

/** Why somebody thinks that a review should not be seen. */
export interface Report {
  reporter_id: Id;
  reason: string;
  at: Time;
}

/** A review with the reports that nobody has decided about, the oldest first, fifty at most. */
export interface ReportedReview {
  review: Review;
  reports: readonly Report[];
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface ReportedReviewPage {
  items: readonly ReportedReview[];
  next: string | null;
}

/** A variant that somebody waited for is there again; a job writes to who asked. */
export interface Restocked {
  type: "back_in_stock.restocked";
  product_id: Id;
  variant_id: Id;
  time: Time;
}

/**
 * A return. `number` is what is written on the parcel.
 *
 * `decision` is why it was rejected; `tracking` is the customer's parcel, `replacement_tracking` the seller's. `worth` is that of its lines, `refunded` what goes back; `failure` is the gateway's code where a refund failed: another may be tried. `customer_id` is null for a guest. `send_to` is where the goods go, once it is approved and as far as the seller has said it.
 */
export interface Return {
  id: Id;
  number: string;
  order_id: Id;
  seller_id: Id;
  customer_id: Id | null;
  state: ReturnState;
  reason: ReturnReason;
  words: string;
  lines: readonly ReturnLine[];
  decision: string;
  tracking: string;
  replacement_tracking: string;
  worth: Money;
  refunded: Money;
  refund_id: Id | null;
  failure: string;
  requested_at: Time;
  updated_at: Time;
  send_to: PostalAddress | null;
}

/**
 * Units of a line on their way back. `received` is null until they came, `resellable` went back into stock.
 *
 * `worth` is what was paid for them: discount, tax and all.
 */
export interface ReturnLine {
  line_id: Id;
  variant_id: Id;
  title: string;
  quantity: number;
  exchange_for: Id | null;
  worth: Money;
  received: number | null;
  resellable: number;
  replaced_in: Id | null;
}

/**
 * A return came into another state, or the parcel with the replacement left.
 *
 * It is as it was just then, without `words`, `decision` and `send_to`.
 */
export interface ReturnMoved {
  type: "returns.moved";
  rma: Return;
  time: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface ReturnPage {
  items: readonly Return[];
  next: string | null;
}

/** Why goods come back. `UNWANTED`: the customer has changed their mind. */
export type ReturnReason = "arrived_late" | "damaged" | "defective" | "not_as_described" | "other" | "unwanted" | "wrong_item";

/** A customer asked to give units back. The log is kept for ever, so it has no words: look at the return. */
export interface ReturnRequested {
  type: "returns.requested";
  rma: Return;
  time: Time;
}

/** As whom somebody asks: the customer, the seller, or the shop's manager between them. */
export type ReturnSide = "customer" | "manager" | "seller";

/**
 * Where a return stands. `REFUNDING`: the money is on its way.
 *
 * Rejected, cancelled, refunded and exchanged are final.
 */
export type ReturnState = "approved" | "cancelled" | "exchanged" | "received" | "refunded" | "refunding" | "rejected" | "requested" | "sent";

/**
 * What a customer says of a product. `verified`: they had bought it when they wrote it, from whichever seller.
 *
 * `product_id` is the offer that they bought, or that they wrote it at; all offers of the same show it.
 *
 * `reason` is why moderators hid or restored it last; empty while they have not.
 */
export interface Review {
  id: Id;
  product_id: Id;
  customer_id: Id;
  author: string;
  stars: number;
  text: string;
  verified: boolean;
  helpful: number;
  state: ReviewState;
  reason: string;
  created_at: Time;
  updated_at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface ReviewPage {
  items: readonly Review[];
  next: string | null;
}

/** The order of a list of reviews. */
export type ReviewSort = "best" | "helpful" | "newest" | "worst";

/** Whether a review is seen. A hidden one does not count; its author and moderators still see it. */
export type ReviewState = "hidden" | "shown";

/** What somebody is in the marketplace. `AGENT` is a capability that comes on top of another role. */
export type Role = "admin" | "agent" | "customer" | "manager" | "seller";

/** A role. `permissions` null: all that its base may do. `people`: how many have it. */
export interface RoleShown {
  name: string;
  title: string;
  base: Role;
  built_in: boolean;
  permissions: readonly string[] | null;
  people: number;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface RoleShownPage {
  items: readonly RoleShown[];
  next: string | null;
}

/** What became of a row. */
export type RowOutcome = "created" | "failed" | "unchanged" | "updated";

/** Something that is wrong with a row; `column` is empty where it is about all of it. */
export interface RowProblem {
  column: string;
  reason: string;
}

/** A sale was called off by its seller or an admin. Whoever was to be reminded of its start is told, too. */
export interface SaleCancelled {
  type: "flash_sales.cancelled";
  sale: FlashSale;
  time: Time;
}

/** A sale is over and its last hold is settled: `returned` unsold units went back to the seller's stock. */
export interface SaleClosed {
  type: "flash_sales.closed";
  sale: FlashSale;
  returned: number;
  time: Time;
}

/** A sale was set up. */
export interface SaleCreated {
  type: "flash_sales.created";
  sale: FlashSale;
  time: Time;
}

/**
 * A sale as its seller watches it, counted in units except for the line, which is counted in places.
 *
 * `held` waits for a payment, `paying` for one's outcome; `lapsed`, `given_back` and `withdrawn` were held and came back. `revenue` is what was paid.
 */
export interface SaleDesk {
  type: "flash_sales.desk";
  version: number;
  sale: FlashSale;
  line: SaleLine;
  held: number;
  paying: number;
  sold: number;
  lapsed: number;
  given_back: number;
  withdrawn: number;
  revenue: Money;
  time: Time;
}

/** The lobby was drawn: its `count` places have the numbers from 1 on, as `seed` (hex) orders them. */
export interface SaleDrawn {
  type: "flash_sales.drawn";
  seed: string;
  count: number;
  time: Time;
}

/** A sale's terms changed. `sale` are the terms now; `added` units came out of the stock (or went back). */
export interface SaleEdited {
  type: "flash_sales.edited";
  sale: FlashSale;
  added: number;
  time: Time;
}

/** A sale was ended before its time by its seller or an admin. `sale` has the new end. */
export interface SaleEnded {
  type: "flash_sales.ended";
  sale: FlashSale;
  time: Time;
}

/** Where a watcher of the ledger starts: the sale, its latest 500 claims, by place, and the line. */
export interface SaleLedger {
  sale: FlashSale;
  claims: readonly Claim[];
  line: SaleLine;
}

/**
 * The line of a sale, the same for everybody: from it and a place's number anybody computes their position.
 *
 * `waiting` places wait behind each other, `front` is the number of the first (0: nobody); `lobby` places wait for the draw. `marks` are up to 32, in order of numbers, the first and the last in line among them: see `fastshop.fairness.ahead_of`. `returns` are up to 8, in order of time, the last one with all units on hold. `unpaid` is the share of units whose hold was not paid for so far: see `fastshop.fairness.estimate`.
 */
export interface SaleLine {
  waiting: number;
  lobby: number;
  front: number;
  marks: readonly LineMark[];
  returns: readonly ComingBack[];
  unpaid: number;
}

/** Whether the caller is reminded of a sale's start, and when. */
export interface SaleReminder {
  sale_id: Id;
  wanted: boolean;
  remind_at: Time;
}

/**
 * A sale that the customer asked to be reminded of starts in a few minutes. The reminder is done with it.
 *
 * Where nobody could tell in time, it is told as long as the sale is open.
 */
export interface SaleStartsSoon {
  type: "flash_sales.starts_soon";
  sale: FlashSale;
  time: Time;
}

/** The sale as it is now. `time` is the server's clock; `version` rises with every change. */
export interface SaleState {
  type: "flash_sales.state";
  version: number;
  sale: FlashSale;
  line: SaleLine;
  time: Time;
}

/**
 * A card that the gateway keeps for a person; here is only what tells it from their others.
 *
 * It is good until the end of the month `exp_month` of `exp_year`. `is_default`: it is the one offered first.
 */
export interface SavedMethod {
  id: Id;
  brand: string;
  last4: string;
  exp_month: number;
  exp_year: number;
  is_default: boolean;
  created_at: Time;
}

/**
 * The goods that a promotion is for: all of these at once; an empty one lets everything through.
 *
 * A category includes everything below it.
 */
export interface Scope {
  sellers: readonly Id[];
  categories: readonly string[];
  products: readonly Id[];
  variants: readonly Id[];
}

/**
 * The goods that a promotion is for: all of these at once; an empty one lets everything through.
 *
 * A category includes everything below it.
 */
export interface ScopeInput {
  sellers?: readonly Id[];
  categories?: readonly string[];
  products?: readonly Id[];
  variants?: readonly Id[];
}

/** What a key may be used for at most. */
export interface Scopes {
  scopes: readonly string[];
}

/** A shop in the marketplace, as everybody sees it. While it is `suspended` nothing of it is for sale. */
export interface Seller {
  id: Id;
  name: string;
  slug: string;
  description: string;
  suspended: boolean;
}

/** What somebody wants to sell, as whom. `reason` is why it was rejected. Approved, the shop has its id. */
export interface SellerApplication {
  id: Id;
  applicant_id: Id;
  name: string;
  slug: string;
  description: string;
  country: string;
  tax_number: string;
  contact: SellerContact;
  state: ApplicationState;
  reason: string;
  applied_at: Time;
  decided_at: Time | null;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface SellerApplicationPage {
  items: readonly SellerApplication[];
  next: string | null;
}

/** How the shop reaches a seller. The phone is read as the seller's country writes numbers. */
export interface SellerContact {
  email: string;
  phone: string;
}

/** How the shop reaches a seller. The phone is read as the seller's country writes numbers. */
export interface SellerContactInput {
  email: string;
  phone?: string;
}

/** Whether a seller's products are reviewed; null: as the marketplace's rule says. */
export interface SellerModeration {
  seller_id: Id;
  moderated: boolean | null;
}

/** One seller's part of an order. `version` rises with every change of it; a change names the one it builds on. */
export interface SellerOrder {
  seller_id: Id;
  state: SellerOrderState;
  version: number;
  lines: readonly SellerOrderLine[];
  shipments: readonly Shipment[];
}

/** A line, and how far its units are. What is neither cancelled nor shipped is still to be sent. */
export interface SellerOrderLine {
  id: Id;
  variant_id: Id;
  ordered: number;
  cancelled: number;
  shipped: number;
  delivered: number;
  returned: number;
}

/** Where one seller's part of an order stands. `REJECTED`: the seller cancelled all of it without accepting. */
export type SellerOrderState = "accepted" | "cancelled" | "delivered" | "partly_shipped" | "placed" | "rejected" | "shipped";

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface SellerPage {
  items: readonly Seller[];
  next: string | null;
}

/**
 * How a seller does, over orders of the last 90 days. Rates are in basis points: 9750 is 97.5 %.
 *
 * `fulfilled` is how many of the parts that had to be sent were, `accepted` how many were not rejected or left lying, `cancelled` how many units the seller did not send. They and `score` (0 to 100, of 60 % fulfilment, 20 % acceptance, 20 % reviews) are null while there is nothing to tell from. `stars` times 100 is the mean rating.
 */
export interface SellerPerformance {
  seller_id: Id;
  orders: number;
  accepted: number | null;
  fulfilled: number | null;
  cancelled: number | null;
  stars: number | null;
  reviews: number;
  score: number | null;
}

/** A seller sells again. `notice_id` is the mail's to its owner. */
export interface SellerReinstated {
  type: "sellers.reinstated";
  seller_id: Id;
  notice_id: Id;
  time: Time;
}

/** A part of a seller's business that somebody may look after. */
export type SellerRight = "coupons" | "money" | "orders" | "products" | "staff" | "stock";

/**
 * How a seller works. With `low_stock_mail` the contact, where one was said, is written to when stock runs low.
 *
 * With `new_order_mail` it is written to about every new order.
 *
 * `suspended_for` is why it is suspended, empty while it is not. `tax_number` and `invoice_address`, with the legal name, stand on its invoices. `untaxed_for` is why it charges no tax, empty while it does: managers set it.
 */
export interface SellerSettings {
  seller_id: Id;
  return_days: number;
  handling_days: number;
  low_stock_mail: boolean;
  contact: SellerContact | null;
  tax_number: string;
  suspended_for: string;
  invoice_address: PostalAddress | null;
  new_order_mail: boolean;
  untaxed_for: string;
}

/** A seller was suspended. `notice_id` is the mail's to its owner. */
export interface SellerSuspended {
  type: "sellers.suspended";
  seller_id: Id;
  notice_id: Id;
  reason: string;
  time: Time;
}

/** What the goods of one seller and their shipping cost. */
export interface SellerTotals {
  seller_id: Id;
  totals: QuoteTotals;
}

/** The clock that starts and ends sales. */
export interface ServerTime {
  time: Time;
}

/** A device that is signed in. `current` marks the one that asks. */
export interface Session {
  id: Id;
  device: string;
  ip_address: string;
  created_at: Time;
  last_activity: Time;
  current: boolean;
}

/** A device was signed out, by its owner, by the limit of sessions or by expiry. */
export interface SessionEnded {
  type: "accounts.session_ended";
  session_id: Id;
  reason: string;
  time: Time;
}

/** Until when the session that asked lasts now, unless it is used again. */
export interface SessionExtended {
  session_id: Id;
  expires_at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface SessionPage {
  items: readonly Session[];
  next: string | null;
}

/** A device signed in. */
export interface SessionStarted {
  type: "accounts.session_started";
  session_id: Id;
  device: string;
  time: Time;
}

/** Somebody's cart as a link shows it: what is in it now, not whose it is. */
export interface SharedCart {
  lines: readonly CartLine[];
  units: number;
  totals: readonly Money[];
}

/** A parcel. `carrier` and `tracking_number` are empty where the seller brings it. */
export interface Shipment {
  id: Id;
  carrier: string;
  tracking_number: string;
  lines: readonly LineUnits[];
  shipped_at: Time;
  delivered_at: Time | null;
}

/**
 * A way of sending everything. `price` is for all sellers together, before discounts and taxes are looked at.
 *
 * It arrives in `days_least` to `days_most` days.
 */
export interface ShippingOption {
  code: string;
  name: string;
  price: Money;
  days_least: number;
  days_most: number;
  parts: readonly ShippingPart[];
}

/** What a seller asks for sending their goods. */
export interface ShippingPart {
  seller_id: Id;
  price: Money;
}

/** What a way of sending costs, from one seller; `seller_id` null: from all who have none of their own. */
export interface ShippingRate {
  seller_id: Id | null;
  code: string;
  name: string;
  price: Money;
  days_least: number;
  days_most: number;
}

/**
 * Who moves the money: `simulated` or `stripe`. With its `public_key` a browser takes cards itself.
 *
 * `transfers`: a checkout may also be paid by a bank transfer to the shop's own account.
 */
export interface ShownGateway {
  name: string;
  public_key: string;
  transfers: boolean;
}

/** Who did it. `SHOP`: a manager or an admin. `SYSTEM`: nobody in particular, such as a bank. */
export type Side = "customer" | "seller" | "shop" | "system";

/** A new session. `token` is the bearer token, told this once; over HTTP it is set as a cookie as well. */
export interface SignedIn {
  me: Me;
  session_id: Id;
  token: string;
  expires_at: Time;
}

/** `url` is where the person signs in. Keep the ticket where no other page sees it. */
export interface SocialBegun {
  url: string;
  ticket: string;
  expires_at: Time;
}

/** A token that opens a WebSocket and nothing else, for a minute. */
export interface SocketToken {
  token: string;
  expires_at: Time;
}

/**
 * How promotions share a cart. Of one `group` at most one lowers a line; the higher `priority` comes first.
 *
 * What comes later takes its share of what is left.
 */
export interface Stacking {
  group: string;
  priority: number;
  exclusive: Exclusive;
}

/**
 * How promotions share a cart. Of one `group` at most one lowers a line; the higher `priority` comes first.
 *
 * What comes later takes its share of what is left.
 */
export interface StackingInput {
  group?: string;
  priority?: number;
  exclusive?: Exclusive;
}

/** Somebody who was asked by mail to work for the caller's seller. */
export interface StaffInvitation {
  id: Id;
  email: string;
  rights: readonly SellerRight[];
  invited_at: Time;
  expires_at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface StaffInvitationPage {
  items: readonly StaffInvitation[];
  next: string | null;
}

/** Somebody who works for the caller's seller. The owner is not among them. */
export interface StaffMember {
  user_id: Id;
  name: string;
  email: string;
  rights: readonly SellerRight[];
  since: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface StaffMemberPage {
  items: readonly StaffMember[];
  next: string | null;
}

/** From so many units on, this share off. */
export interface Step {
  quantity: number;
  /** hundredths of a percent: 1250 is 12.5 % */
  share: number;
}

/** From so many units on, this share off. */
export interface StepInput {
  quantity: number;
  /** hundredths of a percent: 1250 is 12.5 % */
  share: number;
}

/**
 * The units of a variant that nobody has been promised: all, by warehouse, and those that no warehouse has.
 *
 * `title` is its product's, `seller` its shop's name. `threshold`: at so many or fewer stock is low; null where nobody asked to be told.
 */
export interface StockLevels {
  variant_id: Id;
  on_hand: number;
  unplaced: number;
  locations: readonly LocationLevel[];
  threshold: number | null;
  product_id: Id;
  title: string;
  options: Readonly<Record<string, string>>;
  sku: string;
  seller: string;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface StockLevelsPage {
  items: readonly StockLevels[];
  next: string | null;
}

/** A variant's stock fell to its threshold or below. Told once, until it was above again. */
export interface StockLow {
  type: "catalog.stock_low";
  variant_id: Id;
  sku: string;
  on_hand: number;
  threshold: number;
  time: Time;
}

/** A line of the ledger. `warehouse_id` is null for unplaced units; movements never change. */
export interface StockMovement {
  number: number;
  variant_id: Id;
  warehouse_id: Id | null;
  quantity: number;
  reason: MovementReason;
  note: string;
  moved_by: Id | null;
  at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface StockMovementPage {
  items: readonly StockMovement[];
  next: string | null;
}

/** Which variants are listed: all, those at their threshold or below, those that nobody can have. */
export type StockState = "all" | "low" | "out";

/**
 * A shop as everybody sees it. `rating` is what reviews say of all its products.
 *
 * `return_days`: how long it takes goods back. `handling_days`: within how many days it sends them.
 */
export interface StorePage {
  id: Id;
  name: string;
  slug: string;
  description: string;
  country: string;
  since: Time;
  rating: Rating;
  return_days: number;
  handling_days: number;
  suspended: boolean;
}

/** What became of what was sent to review. `WITHDRAWN`: its seller wants something else by now. */
export type SubmissionState = "approved" | "rejected" | "waiting" | "withdrawn";

/** A tax in an amount. `rate` is in millionths: 190000 is 19 %. */
export interface Tax {
  name: string;
  rate: number;
  amount: Money;
}

/**
 * Somebody pays no tax on what goes to `places`: countries or regions.
 *
 * It holds from `valid_from` until just before `valid_until` (null: for ever), unless it was revoked. Invoices print the `reason` and the `document`: a VAT number, or that of a certificate. Of a VAT number `vat` says whether it is registered. An exemption holds whatever that is: to revoke it is for people to decide.
 */
export interface TaxExemption {
  id: Id;
  user_id: Id;
  reason: string;
  document: string;
  places: readonly string[];
  valid_from: Time;
  valid_until: Time | null;
  granted_at: Time;
  revoked_at: Time | null;
  vat: VatCheck | null;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface TaxExemptionPage {
  items: readonly TaxExemption[];
  next: string | null;
}

/**
 * What a promotion gives, for which goods, to whom, and together with what. All amounts are in one currency.
 *
 * `min_order` is what the goods in scope must be worth before discounts.
 */
export interface Terms {
  reward: Percent | FixedAmount | FreeShipping | BuyGet | Tiers;
  scope: Scope;
  audience: Audience;
  stacking: Stacking;
  min_order: Price | null;
}

/**
 * What a promotion gives, for which goods, to whom, and together with what. All amounts are in one currency.
 *
 * `min_order` is what the goods in scope must be worth before discounts.
 */
export interface TermsInput {
  reward: PercentInput | FixedAmountInput | FreeShippingInput | BuyGetInput | TiersInput;
  scope?: ScopeInput;
  audience?: AudienceInput;
  stacking?: StackingInput;
  min_order?: PriceInput | null;
}

/** The more units of the scope, the larger the share off. */
export interface Tiers {
  type: "tiers";
  steps: readonly Step[];
}

/** The more units of the scope, the larger the share off. */
export interface TiersInput {
  type: "tiers";
  steps: readonly StepInput[];
}

/**
 * Something that happened to an order. Where `seller_id` is null it concerns all of it.
 *
 * `lines` are the units that moved, `amount` the money that goes back for it or went back. `noted` says that there is a `note`: it is empty in events, for the log is never forgotten. `actor_id` is shown to managers.
 */
export interface TimelineEntry {
  id: Id;
  kind: EntryKind;
  by: Side;
  at: Time;
  seller_id: Id | null;
  actor_id: Id | null;
  lines: readonly LineUnits[];
  shipment_id: Id | null;
  amount: Money | null;
  noted: boolean;
  note: string;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface TimelineEntryPage {
  items: readonly TimelineEntry[];
  next: string | null;
}

/**
 * The balances of the shop in one currency, in minor units.
 *
 * `paid` = `unallocated` + `sellers` + `paid_out` + `platform` + `tax` + `refunds` + `owed` + `disputed`, at every moment. `platform` is commission less losses and less `discounts`, the shop's own; of it `fees` went to the gateway. `owed` was to go back to buyers and did not arrive.
 */
export interface Totals {
  currency: string;
  paid: number;
  unallocated: number;
  sellers: number;
  paid_out: number;
  platform: number;
  tax: number;
  refunds: number;
  disputed: number;
  fees: number;
  discounts: number;
  owed: number;
}

/** What an app makes codes from. `uri` is the same as a QR code holds it. Both are told this once. */
export interface TotpSecret {
  secret: string;
  uri: string;
}

/**
 * A payment by transfer: so much, to this account, with `reference` as its purpose, to be there by `until`.
 *
 * `account` is null where the shop has none any more, `pays_for` what is bought, as `checkout:<id>`. `cancelled_at` is null unless somebody has cancelled it before `until`.
 */
export interface Transfer {
  payment_id: Id;
  amount: Money;
  reference: string;
  state: TransferState;
  pays_for: string;
  account: BankAccount | null;
  until: Time;
  created_at: Time;
  cancelled_at: Time | null;
}

/**
 * Money that the shop is to send back to the account it came from.
 *
 * It is of an order that was paid with it, or came too late; then `refund_id` is the payment's id.
 */
export interface TransferBack {
  refund_id: Id;
  payment_id: Id;
  reference: string;
  amount: Money;
  created_at: Time;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface TransferPage {
  items: readonly Transfer[];
  next: string | null;
}

/**
 * Where a transfer stands. `CLOSED`: its time was over, or it was cancelled, before the money came.
 *
 * `LATE`: it came all the same, and is to be sent back.
 */
export type TransferState = "awaited" | "closed" | "late" | "received";

/** Something about the transfers changed: the lists are read anew. */
export interface TransfersMoved {
  type: "payments.transfers_moved";
  time: Time;
}

/** What became of a promotion. `code` is stable (`applied` when it was), `sentence` is for people. */
export interface Tried {
  rule_id: Id;
  name: string;
  applied: boolean;
  code: string;
  sentence: string;
  facts: Record<string, never>;
  saved: Money | null;
}

/** Units are held for a customer. */
export interface UnitsClaimed {
  type: "flash_sales.claimed";
  claim: Claim;
  time: Time;
}

/** A customer gave held units back. */
export interface UnitsGivenBack {
  type: "flash_sales.given_back";
  claim: Claim;
  time: Time;
}

/** A claim was paid for, and its order exists. */
export interface UnitsPaid {
  type: "flash_sales.paid";
  claim: Claim;
  time: Time;
}

/** What would make it cheaper: `missing` more in goods, `missing_units` more of them, or to sign in. */
export interface Unlock {
  code: string;
  sentence: string;
  rule_id: Id | null;
  line_id: Id | null;
  missing: Money | null;
  missing_units: number;
}

/**
 * A person. `custom_roles` are roles that an admin made. `disabled_at`: they cannot sign in since then.
 *
 * `ip_whitelist` are the networks that their account may be used from, none if from anywhere.
 */
export interface User {
  id: Id;
  email: string;
  name: string;
  roles: readonly Role[];
  custom_roles: readonly string[];
  seller_id: Id | null;
  session_limit: number;
  email_verified: boolean;
  two_factor: boolean;
  disabled_at: Time | null;
  created_at: Time;
  ip_whitelist: readonly string[];
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface UserPage {
  items: readonly User[];
  next: string | null;
}

/**
 * One thing that can be bought. `options` tells it from its siblings, e.g. `{"Size": "M"}`.
 *
 * `gtin` is the number under its bar code (GS1), empty where it is not known.
 */
export interface Variant {
  id: Id;
  product_id: Id;
  sku: string;
  options: Readonly<Record<string, string>>;
  price: Money;
  compare_at_price: Money | null;
  stock: number;
  gtin: string;
}

/** The price or the stock of a variant moved. */
export interface VariantChanged {
  type: "catalog.variant_changed";
  variant: Variant;
  time: Time;
}

/**
 * What one seller asks for a variant. `id` is what a cart takes: the seller's own variant.
 *
 * `variant_id` is the variant of the product that it is an offer of; the product's own seller's are themselves.
 */
export interface VariantOffer {
  id: Id;
  variant_id: Id;
  product_id: Id;
  seller: Seller;
  sku: string;
  price: Money;
  stock: number;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface VariantOfferPage {
  items: readonly VariantOffer[];
  next: string | null;
}

/** How a VAT number stands, as of `checked_at`: null while it is unchecked. */
export interface VatCheck {
  standing: VatStanding;
  checked_at: Time | null;
}

/**
 * What the EU's register of VAT numbers (VIES) says of one.
 *
 * `UNCHECKED`: nothing so far. It was not asked, it was away, or the number is of a country that it does not know.
 */
export type VatStanding = "registered" | "unchecked" | "unknown";

/** A product that waits for a manager, and what was sent of it. */
export interface WaitingProduct {
  product: Product;
  submission: ProductSubmission;
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface WaitingProductPage {
  items: readonly WaitingProduct[];
  next: string | null;
}

/** So many units of a variant. */
export interface Wanted {
  variant_id: Id;
  quantity?: number;
}

/**
 * Units of an order's line that are to go back; `exchange_for` another variant of the same product, or money.
 *
 * `replaced_in` is the return in whose exchange these units came, where they did.
 */
export interface WantedReturn {
  line_id: Id;
  quantity: number;
  exchange_for?: Id | null;
  replaced_in?: Id | null;
}

/** Where a seller keeps goods. */
export interface Warehouse {
  id: Id;
  seller_id: Id;
  name: string;
}

/** Where the same taxes hold. `inclusive`: prices contain them. */
export interface Zone {
  id: Id;
  name: string;
  places: readonly string[];
  inclusive: boolean;
  rates: readonly Rate[];
}

/** A page of a list in a stable order. `next` is the cursor of the following page, null on the last. */
export interface strPage {
  items: readonly string[];
  next: string | null;
}

/** Begin to sign in with an account elsewhere. It is to be finished within ten minutes. */
export interface BeginSocial {
  provider: string;
}

/**
 * Send a mail to a new address; the account has it once the link in it was opened. Nothing changes before.
 *
 * An address that has an account already is sent nothing; the answer does not tell.
 */
export interface ChangeEmail {
  email: string;
  password: string;
}

/** Choose a new password, knowing the present one. Every other session ends. */
export interface ChangePassword {
  current_password: string;
  password: string;
}

/** Sign in with the password alone again. Needs both, a last time. */
export interface DisableTwoFactor {
  password: string;
  /** six digits of the app, or a recovery code; spaces do not count */
  code: string;
}

/** Change what the caller is called. */
export interface EditMe {
  name: string;
}

/** Sign all of the caller's other devices out, also those that are about to sign in. API keys go on working. */
export type EndOtherSessions = Record<string, never>;

/** Sign one of the caller's devices out. Its sockets close at once. Ending it again changes nothing. */
export interface EndSession {
  session_id: Id;
}

/** Sign in with what the provider sent back; opens a customer account for who has none. Works once. */
export interface FinishSocial {
  provider: string;
  ticket: string;
  state: string;
  code: string;
}

/** Send a mail to choose a new password with, if the address has an account. The answer does not tell. */
export interface ForgetPassword {
  email: string;
}

/** A short-lived token for the WebSocket of a page that cannot use its cookie there. */
export type IssueSocketToken = Record<string, never>;

/** The accounts elsewhere that sign the caller in, the oldest first. */
export type ListLinked = Record<string, never>;

/** With whose accounts one can sign in here. */
export type ListProviders = Record<string, never>;

/** The devices that the caller is signed in on, the most recently active first. */
export interface ListSessions {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Sign in with e-mail and password. At most three sessions stay open: a further one ends the oldest. */
export interface LogIn {
  email: string;
  password: string;
  /** how the session is listed; the user agent if empty */
  device?: string;
}

/** The second step of signing in, within five minutes of the first. */
export interface LogInWithCode {
  challenge: string;
  /** six digits of the app, or a recovery code; spaces do not count */
  code: string;
}

/** End the session that asks. Its sockets close at once. */
export type LogOut = Record<string, never>;

/** What the caller may do: pages show what is for them. Which things of a kind they may touch is not told. */
export type ShowPermissions = Record<string, never>;

/** Let the session that asks last for thirty days from now. So does every other use; its token stays the same. */
export type RefreshSession = Record<string, never>;

/** Open a customer account and sign in. Sent again with the same id, e-mail and password it signs in again. */
export interface Register {
  user_id: Id;
  email: string;
  password: string;
  name: string;
}

/** Get ten new recovery codes. The old ones work no longer. */
export interface RenewRecoveryCodes {
  password: string;
  /** six digits of the app, or a recovery code; spaces do not count */
  code: string;
}

/**
 * Choose a new password with the token of a mail. It proves the address as well.
 *
 * Every session ends, every API key is revoked, and no account elsewhere signs in here until it is linked anew.
 */
export interface ResetPassword {
  /** what the link in the mail ends with */
  token: string;
  password: string;
}

/**
 * Let the caller's account be used from these networks only; with none, from anywhere.
 *
 * Elsewhere sessions and API keys count for nothing, and signing in is refused. Open sockets connect anew.
 */
export interface RestrictMe {
  networks: readonly string[];
  password: string;
}

/** Send the caller another mail to prove their address with. Changes nothing where it is proven. */
export type SendVerification = Record<string, never>;

/** Get a secret for an app. Nothing is asked for before a code of it was verified; asked again, it is another. */
export interface SetUpTwoFactor {
  password: string;
}

/** Let no account with a provider sign the caller in any more. It takes the password, with which they still can. */
export interface Unlink {
  provider: string;
  password: string;
}

/** Prove an address with the token that was sent there: that of the account, or the one it is to have. */
export interface VerifyEmail {
  /** what the link in the mail ends with */
  token: string;
}

/** Show that the app makes the right codes: from now on signing in takes one. */
export interface VerifyTwoFactor {
  /** six digits of the app, or a recovery code; spaces do not count */
  code: string;
}

/** The person who asks. */
export type WhoAmI = Record<string, never>;

/**
 * Open an operation on a thing to a person or a role, on all their devices at once. Sent again it answers the same.
 *
 * Whether there is such a thing is not asked.
 */
export interface GrantAccess {
  grant_id: Id;
  /** e.g. `orders.show`, or `watch:order` */
  operation: string;
  resource_id: Id;
  user_id?: Id | null;
  role?: string | null;
}

/** Grants, the newest first: of a person, of a role, on a thing, or all. */
export interface ListGrants {
  user_id?: Id | null;
  role?: string | null;
  resource_id?: Id | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** What access lists are honoured by. */
export type ListGrantable = Record<string, never>;

/** Take a grant back, on all devices of those who had it at once. */
export interface RevokeAccess {
  grant_id: Id;
}

/** Put an address into the caller's book. The first is the default, whatever is said. */
export interface AddAddress {
  address_id: Id;
  address: PostalAddressInput;
  make_default?: boolean;
}

/** Replace one of the caller's addresses. What was sent to the old one stays as it is. */
export interface ChangeAddress {
  address_id: Id;
  address: PostalAddressInput;
  make_default?: boolean;
}

/** How a country writes addresses, for a form that asks for no more than it needs. */
export interface DescribeAddress {
  /** ISO 3166-1 alpha-2 */
  country: string;
}

/** The caller's addresses, the default one first, then the newest. There are never more than one page of them. */
export type ListAddresses = Record<string, never>;

/** Take an address out of the caller's book. If it was the default, the newest of the others is. */
export interface RemoveAddress {
  address_id: Id;
}

/** One of the caller's addresses. */
export interface ShowAddress {
  address_id: Id;
}

/** Make a key that acts for the caller. Sent again within ten minutes it has the same answer, later none. */
export interface CreateApiKey {
  key_id: Id;
  name: string;
  scopes: readonly string[];
  password: string;
  expires_at?: Time | null;
}

/** The caller's keys, the newest first, revoked ones too. */
export interface ListApiKeys {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** What a key can be made for. */
export type ListScopes = Record<string, never>;

/** Let one of the caller's keys work no longer. Its sockets close at once. Revoking it again changes nothing. */
export interface RevokeApiKey {
  key_id: Id;
}

/** Read the whole log and check that nothing in it was changed, left out or put in between. */
export type CheckAuditLog = Record<string, never>;

/** What was done, the latest first. */
export interface ListAuditLog {
  actor_id?: Id | null;
  subject?: string;
  /** an operation's name, or how it begins */
  action?: string;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/**
 * Ask to be told once when a sold out variant is there again: by mail, and live for who is signed in.
 *
 * A guest says the `email` to write to; whoever is signed in is written to at their account's. Sent again it answers the same. Whoever waits for the variant already is told once all the same.
 */
export interface AskBackInStock {
  product_id: Id;
  wish_id: Id;
  variant_id: Id;
  email?: string | null;
}

/** What the caller waits for, the latest first, two hundred at most. */
export type ListBackInStock = Record<string, never>;

/** Be told no more. A guest's wish is known by its id alone; of a wish that is not there nothing is said. */
export interface WithdrawBackInStock {
  wish_id: Id;
}

/** Add a campaign: an admin or manager one of the shop, a seller one for their own goods. */
export interface CreateCampaign {
  campaign_id: Id;
  name: string;
  terms: TermsInput;
  start_date: Time;
  end_date: Time;
  description?: string;
  banner_url?: string | null;
}

/** Remove a campaign. */
export interface DeleteCampaign {
  campaign_id: Id;
}

/** Replace a campaign. */
export interface EditCampaign {
  campaign_id: Id;
  name: string;
  terms: TermsInput;
  start_date: Time;
  end_date: Time;
  description?: string;
  banner_url?: string | null;
}

/** The campaigns that run now, those that end first at the top; none of a suspended seller. */
export interface ListCampaigns {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** A seller's campaigns, an admin's or manager's of all, also those to come and over; the latest to begin first. */
export interface ListOwnCampaigns {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** One campaign that has begun; before that, only who may edit it sees it. */
export interface ShowCampaign {
  campaign_id: Id;
}

/** Carts that were left with goods in them, the latest first. */
export interface ListAbandoned {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Put units of a variant into the cart, on top of those in it. */
export interface AddToCart {
  edit_id: Id;
  variant_id: Id;
  quantity?: number;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** Say whether letters about carts are wanted, by one of them: it speaks for whom it was sent to. */
export interface ChooseReminders {
  /** out of the letter's link */
  token: string;
  wanted: boolean;
}

/** Take everything out that this device has seen. */
export interface ClearCart {
  edit_id: Id;
  /** the `revision` that the device had seen; none for whatever it is now */
  seen?: number | null;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** Put what a link shows into one's own cart, on top of what is in it. Sent twice it counts once. */
export interface CopyCart {
  share_id: Id;
  copy_id: Id;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** What was done on a device while it was offline, in its order. What does not fit is left out and told. */
export interface EditCart {
  edits: readonly CartEdit[];
  /** the `revision` that the device had seen; none for whatever it is now */
  seen?: number | null;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** Enter a code for the cart and its checkout. Whether it lowers anything, and why not, says the quote. */
export interface EnterCoupon {
  code: string;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/**
 * Bring a guest's cart into the caller's own. Goods in both keep the larger quantity. Sent twice it counts once.
 *
 * Where not all find room, those that were edited last do. The others are told in `left_out` and stay in the guest's cart, which can be brought along again once there is room.
 */
export interface MergeCart {
  cart_id: Id;
}

/** Remind a person of the cart they have left, by hand; it has their id. Sent again it answers the same. */
export interface RecoverCart {
  cart_id: Id;
  letter_id: Id;
}

/** What the letters of the last days have brought. */
export interface ShowRecovery {
  days?: number;
}

/** Take a variant out of the cart. What was added on a device unseen by this one stays. */
export interface RemoveFromCart {
  variant_id: Id;
  edit_id: Id;
  /** the `revision` that the device had seen; none for whatever it is now */
  seen?: number | null;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** Take a code out again. One that was not entered is out already. */
export interface RemoveCoupon {
  code: string;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/**
 * Bring a cart back on this device: what a letter is about comes into the cart of who follows its link.
 *
 * Goods in both keep the larger quantity. Followed again it changes nothing.
 */
export interface RestoreCart {
  /** out of the letter's link */
  token: string;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** Say how many units of a variant are in the cart. */
export interface SetQuantity {
  variant_id: Id;
  edit_id: Id;
  quantity: number;
  /** when the edit was made on the device; none for now */
  edited_at?: Time | null;
  /** the `revision` that the device had seen; none for whatever it is now */
  seen?: number | null;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** Make a link that shows the cart. Its id is the caller's to make, at random: who knows it may look. */
export interface ShareCart {
  share_id: Id;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** What a link shows. */
export interface ShowSharedCart {
  share_id: Id;
}

/** The links that show the cart, the latest first: also those that a guest made before signing in. */
export interface ListCartShares {
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** The caller's cart, or a guest's. One that nobody has put anything in is empty. */
export interface ShowCart {
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** What the cart costs with its codes, promotions and taxes, and what would make it cheaper. */
export interface ShowCartTotals {
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
  currency?: string | null;
  country?: string | null;
}

/** End a link to the cart. */
export interface UnshareCart {
  share_id: Id;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
}

/** Add a variant to a product of the caller's shop, after the others. Sent again it answers the same. */
export interface AddVariant {
  product_id: Id;
  variant: NewVariant;
}

/** Let what was sent to review be seen, or be published at its moment. Approved already, nothing changes. */
export interface ApproveProduct {
  product_id: Id;
  /** its number, so that nobody approves what is unseen */
  submission: number;
}

/** Put a product of the caller's shop away: orders refer to it, so it is kept. Publishing brings it back. */
export interface ArchiveProduct {
  product_id: Id;
}

/** Add an attribute. Sent again with the same id it answers the same. */
export interface CreateAttribute {
  attribute_id: Id;
  code: string;
  name: string;
  kind: AttributeKind;
  category_id?: Id | null;
  /** what a number counts: cm, kg, W */
  unit?: string;
  choices?: readonly string[];
  required?: boolean;
  filterable?: boolean;
}

/** Add a brand. Sent again with the same id it answers the same. */
export interface CreateBrand {
  brand_id: Id;
  name: string;
  slug: string;
}

/** Add a category below another, or at the root. Sent again with the same id it answers the same. */
export interface CreateCategory {
  category_id: Id;
  name: string;
  slug: string;
  parent_id?: Id | null;
}

/**
 * Add a product to the caller's shop. Sent again with the same id it answers the same.
 *
 * Where the shop's products are moderated, one that is asked to be active is in review until it is approved.
 */
export interface CreateProduct {
  product_id: Id;
  title: string;
  slug: string;
  variants: readonly NewVariant[];
  description?: string;
  status?: ProductStatus;
  category_id?: Id | null;
  brand_id?: Id | null;
  options?: readonly string[];
  images?: readonly ImageInput[];
  attributes?: Readonly<Record<string, string | boolean | number | number>> | null;
  max_per_customer?: number | null;
}

/** Remove a category that nothing refers to. */
export interface DeleteCategory {
  category_id: Id;
}

/** Change an attribute; its code, kind and category stay. What products say already stays until they are written. */
export interface EditAttribute {
  attribute_id: Id;
  name: string;
  /** what a number counts: cm, kg, W */
  unit?: string;
  choices?: readonly string[];
  required?: boolean;
  filterable?: boolean;
}

/** Change what a brand is called, and its address. */
export interface EditBrand {
  brand_id: Id;
  name: string;
  slug: string;
}

/** Rename a category, or hang it elsewhere with all below it. Its slug stays: promotions and addresses name it. */
export interface EditCategory {
  category_id: Id;
  name: string;
  parent_id?: Id | null;
}

/**
 * Replace a product of the caller's shop. A variant that is left out is removed unless something refers to it.
 *
 * Attributes, purchase limit and pictures that are left out stay as they are. Where the shop's products are moderated, another title, description, category or other pictures of an active product wait for approval, its attributes with them: what is on show stays until then, see `catalog.show_standing`. All else, price and stock too, changes at once.
 *
 * An uploaded picture that is left out stays: `media.remove` takes it away.
 */
export interface EditProduct {
  product_id: Id;
  title: string;
  slug: string;
  variants: readonly NewVariant[];
  description?: string;
  status?: ProductStatus;
  category_id?: Id | null;
  brand_id?: Id | null;
  options?: readonly string[];
  images?: readonly ImageInput[] | null;
  attributes?: Readonly<Record<string, string | boolean | number | number>> | null;
  max_per_customer?: number | null;
}

/** Change what a variant of the caller's shop is called: SKU, options and GTIN. Price and stock stay. */
export interface EditVariant {
  variant_id: Id;
  sku: string;
  options: Readonly<Record<string, string>>;
  /** GTIN-8, -12 (UPC), -13 (EAN) or -14; empty: none */
  gtin?: string;
}

/** All attributes, or with a `category` (a slug) its own and those that it inherits, the general ones first. */
export interface ListAttributes {
  category?: string;
}

/** The brands, by name; with `query` those whose name has it somewhere, in capitals or not. */
export interface ListBrands {
  query?: string;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The whole category tree, parents before their children. */
export type ListCategories = Record<string, never>;

/**
 * Who sells a product, variant by variant in its order, the best offer of each first; or a `variant_id` of it.
 *
 * The best: what is in stock before what is not, then the lower price, then who has offered it longer. An offer in another currency than the product's comes after those in its own. Asked of an offer, it is its product's list, and of an offer's variant that of the variant it is an offer of.
 */
export interface ListOffers {
  product_id: Id;
  variant_id?: Id | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/**
 * Products for sale. `category` is a slug and includes everything below it.
 *
 * `having` lets only those through that have all of these attributes, by code: `color:red,vegan:true`. Of what several sellers offer only the product itself is listed, but for a list of one `seller_id`.
 */
export interface ListProducts {
  category?: string;
  having?: string;
  seller_id?: Id | null;
  sort?: ProductSort;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** All products of the caller's own shop, drafts and archived ones too; the newest first. */
export interface ListSellerProducts {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The variants of a product that is for sale or the caller's own, in display order. */
export interface ListVariants {
  product_id: Id;
}

/** What waits for review, the longest first. */
export interface ListWaitingProducts {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/**
 * Offer in the caller's shop what another sells: a variant picked by its id, or the one with this GTIN.
 *
 * The offer begins as a copy of title, pictures and all else, and is a product of the caller's shop from then on: it is edited, unpublished and archived as such. Sent again with the same id it answers the same.
 */
export interface MakeOffer {
  offer_id: Id;
  sku: string;
  price: PriceInput;
  stock?: number;
  variant_id?: Id | null;
  /** GTIN-8, -12 (UPC), -13 (EAN) or -14; empty: none */
  gtin?: string;
}

/**
 * Put a product of the caller's shop on show, now or at a moment. Where it is moderated it goes to review first.
 *
 * A plan made before is replaced. What is on show already stays so.
 */
export interface PublishProduct {
  product_id: Id;
  at?: Time | null;
}

/** Do not let what was sent to review be seen; its seller is told why. Rejected already, nothing changes. */
export interface RejectProduct {
  product_id: Id;
  /** its number, so that nobody approves what is unseen */
  submission: number;
  reason: string;
}

/** Remove a variant of the caller's shop that nothing refers to. A product keeps at least one. */
export interface RemoveVariant {
  variant_id: Id;
}

/** Say whose products are reviewed from now on. What is on show stays so. */
export interface SetModeration {
  mode: ModerationMode;
}

/** Change what a variant of the caller's shop costs. Everyone who looks at it sees it at once. */
export interface SetPrice {
  variant_id: Id;
  price: PriceInput;
  compare_at_price?: PriceInput | null;
}

/** Say of one seller whether their products are reviewed, whatever the rule is; null: as the rule says. */
export interface SetSellerModeration {
  seller_id: Id;
  moderated?: boolean | null;
}

/** Say how many units of a variant of the caller's shop are on hand. */
export interface SetStock {
  variant_id: Id;
  stock: number;
}

/** One category. */
export interface ShowCategory {
  category_id: Id;
}

/** Whose products are reviewed. */
export type ShowModeration = Record<string, never>;

/** One product, whole. `product` is its id or its slug. */
export interface ShowProduct {
  product: string;
}

/** What was said of one seller; null: nothing, the marketplace's rule counts. */
export interface ShowSellerModeration {
  seller_id: Id;
}

/** Whether a product of the caller's shop is seen, what is planned, and what its review said. Managers see all. */
export interface ShowStanding {
  product_id: Id;
}

/** Take a product of the caller's shop off show, now or at a moment. A plan made before is replaced. */
export interface UnpublishProduct {
  product_id: Id;
  at?: Time | null;
}

/**
 * Begin a checkout of all that is in the cart, and reserve it. One that is open from the same cart is replaced.
 *
 * `currency` is what is to be paid in; none: that of the goods.
 */
export interface BeginCheckout {
  checkout_id: Id;
  /** a guest's cart; none for the caller's own */
  cart_id?: Id | null;
  currency?: string | null;
}

/** Leave a checkout: its units go back at once. Not while it is being paid. */
export interface CancelCheckout {
  checkout_id: Id;
}

/**
 * Pay, and have it ordered as soon as the money came. `total` is the sum that the customer was shown.
 *
 * Sent again with the same `payment_id` it pays once. To pay with a gateway's own page elements call `payments.create_intent` for `checkout:<id>`.
 */
export interface CompleteCheckout {
  checkout_id: Id;
  payment_id: Id;
  /** A payment method's token from the gateway, the id of one that the caller has saved, or `bank_transfer`. */
  payment_method: string;
  total: MoneyInput;
  /** Save the method for next time, as soon as the money came. A guest has nothing saved. */
  keep_method?: boolean;
}

/**
 * Say where it goes: an address, or one of the caller's book. A guest also says the e-mail that the shop writes to.
 *
 * The address is copied: what is changed in the book later changes nothing here.
 */
export interface SetCheckoutAddress {
  checkout_id: Id;
  address?: PostalAddressInput | null;
  address_id?: Id | null;
  email?: string | null;
}

/** Choose one of the checkout's `options` by its code. */
export interface SetCheckoutShipping {
  checkout_id: Id;
  option: string;
}

/** A checkout as it stands. */
export interface ShowCheckout {
  checkout_id: Id;
}

/** What a cart costs with all that applies by itself and with these codes: the best combination, and why. */
export interface FindBestCoupons {
  lines: readonly Wanted[];
  currency: string;
  codes?: readonly string[];
  country?: string | null;
}

/** Add a coupon: an admin one of the shop, a seller one for their own goods. Sent again it answers the same. */
export interface CreateCoupon {
  coupon_id: Id;
  code: string;
  name: string;
  terms: TermsInput;
  valid_from?: Time | null;
  valid_until?: Time | null;
  usage_limit?: number | null;
  per_customer_limit?: number | null;
  automatic?: boolean;
}

/** Nobody can use the coupon from now on; orders that have used it keep what they got. */
export interface DeactivateCoupon {
  coupon_id: Id;
}

/** Remove a coupon that no order has used. */
export interface DeleteCoupon {
  coupon_id: Id;
}

/** Replace what a coupon gives. Its code and its uses stay. */
export interface EditCoupon {
  coupon_id: Id;
  name: string;
  terms: TermsInput;
  valid_from?: Time | null;
  valid_until?: Time | null;
  usage_limit?: number | null;
  per_customer_limit?: number | null;
  automatic?: boolean;
  active?: boolean;
}

/** Make many coupons that differ in their codes only; each may be used once. Sent again it answers the same. */
export interface GenerateCoupons {
  batch_id: Id;
  count: number;
  name: string;
  terms: TermsInput;
  prefix?: string;
  valid_from?: Time | null;
  valid_until?: Time | null;
}

/** An admin's or manager's list of all coupons, a seller's of their own; the newest first. */
export interface ListCoupons {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The orders that used a coupon, the latest first. */
export interface ListCouponUses {
  coupon_id: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** One coupon. */
export interface ShowCoupon {
  coupon_id: Id;
}

/** What came of a coupon. */
export interface ShowCouponPerformance {
  coupon_id: Id;
}

/** What a cart would cost with a code. Wrong, over and switched off are one answer: `CouponUnknown`. */
export interface ValidateCoupon {
  code: string;
  lines: readonly Wanted[];
  currency: string;
  country?: string | null;
}

/** The caller's disputes without what was said, the newest first: as a customer, a seller, or as a manager all. */
export interface ListOrderDisputes {
  side?: ReturnSide;
  state?: OrderDisputeState | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The disputes about a guest's order without what was said, the newest first. */
export interface ListGuestDisputes {
  order_key: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/**
 * Open a dispute about one of the caller's lines, or about one of their returns, once for each.
 *
 * A return must be rejected or refunded, or nothing must have happened to it for three days.
 */
export interface OpenDispute {
  dispute_id: Id;
  reason: DisputeReason;
  words: string;
  line_id?: Id | null;
  return_id?: Id | null;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/** Say something, as long as it is not decided. When one side has, the other has three days. */
export interface ReplyToDispute {
  dispute_id: Id;
  reply_id: Id;
  words: string;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/**
 * Decide: give so much back, or nothing, and why. For managers and admins who are not a side of it.
 *
 * The seller must have been heard, or the time to answer be over. A return that is not over ends with the decision.
 */
export interface ResolveDispute {
  dispute_id: Id;
  refund_id: Id;
  amount: MoneyInput;
  decision: string;
}

/** One dispute with all that was said: to its customer, its seller, managers and admins. */
export interface ShowDispute {
  dispute_id: Id;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/**
 * Show the other side a picture of a return or of a dispute, as long as that is not over.
 *
 * JPEG, PNG, WebP, AVIF and GIF that do not move are taken, of 20 MiB and 50 megapixels at most. What is shown is made anew by a job, without what cameras write into files (place, time, device); the channel of the return or the dispute tells when. Sent again with the same id it answers the same picture.
 *
 * Over HTTP the picture may be the body itself (`Content-Type: image/jpeg`), with the other fields in the query; a guest has no other way.
 */
export interface AddEvidence {
  evidence_id: Id;
  upload_id: Id;
  return_id?: Id | null;
  dispute_id?: Id | null;
  /** what is to be seen on it */
  words?: string;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/** All pictures of a return or of a dispute, the oldest first: to its customer, its seller, managers and admins. */
export interface ListEvidence {
  return_id?: Id | null;
  dispute_id?: Id | null;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/** One picture: to the customer, the seller, managers and admins. Over HTTP it is had as a file, WebP. */
export interface ShowEvidence {
  evidence_id: Id;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/**
 * Call a sale off. Held units are withdrawn and the line ends; a payment under way still counts if it succeeds.
 *
 * What is paid stays paid: its orders are not touched. Cancelling again changes nothing.
 */
export interface CancelSale {
  sale_id: Id;
}

/** A challenge for the caller and this sale. Solved, it is good for one place or claim, within ten minutes. */
export interface AskChallenge {
  sale_id: Id;
}

/**
 * Hold units for a while, first come first served. Sent again with the same id it answers the same claim.
 *
 * While others wait in line nothing can be claimed past them: join the line.
 */
export interface ClaimUnits {
  sale_id: Id;
  claim_id: Id;
  quantity?: number;
  /** the solved challenge, where the sale asks for one */
  proof?: string;
}

/** Take units of a variant out of the caller's stock and put them on sale. Sent again it answers the same. */
export interface CreateSale {
  sale_id: Id;
  variant_id: Id;
  sale_price: PriceInput;
  start_time: Time;
  end_time: Time;
  quantity_limit: number;
  per_customer_limit?: number;
  /** how long a claim is held for its payment, in seconds */
  hold_seconds?: number;
  limit_by?: readonly LimitBy[];
  proof_of_work?: boolean;
}

/** Be not reminded after all. */
export interface DoNotRemind {
  sale_id: Id;
}

/** How the lobby of a sale was drawn. Anybody may look, once it was. */
export interface ShowDraw {
  sale_id: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/**
 * Change a sale. Once it has claims its price stays, and its quantity may not fall below what is held and sold.
 *
 * A later end extends it; added units go down the line at once.
 */
export interface EditSale {
  sale_id: Id;
  sale_price: PriceInput;
  start_time: Time;
  end_time: Time;
  quantity_limit: number;
  per_customer_limit?: number;
  /** how long a claim is held for its payment, in seconds */
  hold_seconds?: number;
  limit_by?: readonly LimitBy[];
  proof_of_work?: boolean;
}

/**
 * End an open sale before its time. Held units may still be paid for in time; the line ends.
 *
 * Ending it again changes nothing.
 */
export interface EndSale {
  sale_id: Id;
}

/** Give held units back. Giving them back again changes nothing. */
export interface GiveBack {
  sale_id: Id;
  claim_id: Id;
}

/**
 * Take a place in line: in the lobby before the start, at the end of the line after it.
 *
 * Where units are free and nobody waits, they are held at once: the place is `served`. Who has an active place in this sale is answered that one. Sent again with the same id it answers the same place as it is now.
 */
export interface JoinLine {
  sale_id: Id;
  place_id: Id;
  quantity?: number;
  /** the solved challenge, where the sale asks for one */
  proof?: string;
}

/** Give a place up. Giving it up again changes nothing. */
export interface LeaveLine {
  sale_id: Id;
  place_id: Id;
}

/**
 * Everything that happened to claims and places in a sale of the caller's shop, in order.
 *
 * As a file it is at `/flash-sales/{sale_id}/ledger.csv`.
 */
export interface ShowLedger {
  sale_id: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Sales: the open ones, then the upcoming, both the soonest first; then those over, the latest first. */
export interface ListSales {
  phase?: Phase | null;
  seller_id?: Id | null;
  product_id?: Id | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The caller's claims in a sale, in the order they were made. */
export interface MyClaims {
  sale_id: Id;
}

/**
 * Pay for a claim. Sent again with the same `payment_id` it asks how that payment went; nothing is paid twice.
 *
 * A declined payment leaves the hold: pay again with a new `payment_id`. A payment that needs the customer's bank, and any outcome that comes later, is told on their own channel.
 *
 * `delivery_address` is where the order goes. Where none is said it is the default one of the customer's book, if they have one by the time the order is placed; else the order waits for `orders.edit` to say it. Where the sale's limit counts by address, one must be said, and is the order's for good.
 */
export interface Pay {
  sale_id: Id;
  claim_id: Id;
  payment_id: Id;
  /** A payment method's token from the gateway, the id of one that the caller has saved, or `bank_transfer`. */
  payment_method: string;
  delivery_address?: PostalAddressInput | null;
  /** Save the method for next time, as soon as the money came. A guest has nothing saved. */
  keep_method?: boolean;
}

/**
 * The caller's latest place in a sale, exactly.
 *
 * Nobody need ask again and again: the channel of the sale carries the `SaleLine`. After the draw, ask once for the number, at a moment of your own within a few seconds: thousands want to know theirs.
 */
export interface ShowPosition {
  sale_id: Id;
}

/**
 * Be told on one's own channel five minutes before a sale starts, or that it was called off.
 *
 * Asking again changes nothing.
 */
export interface RemindMe {
  sale_id: Id;
}

/** One sale. */
export interface ShowSale {
  sale_id: Id;
}

/** Put somebody into a group: what they are quoted from now on has its prices. Again, it changes nothing. */
export interface AddToGroup {
  name: string;
  user_id: Id;
}

/** Make a group. Sent again with the same title it answers the same. */
export interface CreateGroup {
  name: string;
  title: string;
}

/** Remove a group with nobody in it. Prices and promotions that name it are for nobody then. */
export interface DeleteGroup {
  name: string;
}

/** Call a group something else. Its name stays: prices go by it. */
export interface EditGroup {
  name: string;
  title: string;
}

/** The groups, by name, in one page. Sellers see which there are. */
export type ListGroups = Record<string, never>;

/** Who is in a group, the latest first. */
export interface ListGroupMembers {
  name: string;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Take somebody out of a group. Who is not in it stays out. */
export interface RemoveFromGroup {
  name: string;
  user_id: Id;
}

/** The imports of the caller's shop, the newest first. */
export interface ListImports {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The rows of an import that failed, in the order of the file, each with line, column and reason. */
export interface ListImportErrors {
  import_id: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** How far an import is. */
export interface ShowImport {
  import_id: Id;
}

/**
 * Import an uploaded CSV file into the caller's shop, row by row. The variant or picture of a bad row is left out.
 *
 * It hurts no other row, unless it is the one that says what a product is. The rows of a product may stand apart.
 *
 * Over HTTP the file may be the body itself (`Content-Type: text/csv`), with the other fields in the query. Sent again with the same id it answers how far that import is. An admin names the seller; a seller need not.
 */
export interface StartImport {
  import_id: Id;
  upload_id: Id;
  seller_id?: Id | null;
  dry_run?: boolean;
}

/** Say that units came or left, where and why. Sent again with the same id it moves nothing more. */
export interface AdjustStock {
  movement_id: Id;
  variant_id: Id;
  /** units that came, or below zero that left */
  quantity: number;
  reason: AdjustReason;
  warehouse_id?: Id | null;
  note?: string;
}

/** Add a warehouse to the caller's shop. Sent again with the same id it answers the same. */
export interface CreateWarehouse {
  warehouse_id: Id;
  name: string;
}

/** Change what a warehouse of the caller's shop is called. */
export interface EditWarehouse {
  warehouse_id: Id;
  name: string;
}

/**
 * The stock of the caller's shop, variant by variant, but for archived products; by id.
 *
 * Managers and admins see all shops, or that of `seller_id`, which is for them alone.
 */
export interface ListStock {
  state?: StockState;
  seller_id?: Id | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The variants of the caller's shop at or below their threshold, by id. */
export interface ListLowStock {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** What came and left of a variant of the caller's shop, the newest first. */
export interface ListStockMovements {
  variant_id: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The warehouses of the caller's shop, by name. */
export type ListWarehouses = Record<string, never>;

/** Ask to be told when so many units or fewer are left; null: no more. */
export interface SetThreshold {
  variant_id: Id;
  threshold: number | null;
}

/** Where the units of a variant of the caller's shop are. */
export interface ShowStock {
  variant_id: Id;
}

/** Move units from one warehouse to another; null stands for unplaced. Sent again it moves nothing more. */
export interface TransferStock {
  transfer_id: Id;
  variant_id: Id;
  quantity: number;
  from_id?: Id | null;
  to_id?: Id | null;
  note?: string;
}

/** What the caller's shop has to pack of an order. Over HTTP a PDF, unless `Accept` names `application/json`. */
export interface ShowPackingSlip {
  order_id: Id;
}

/**
 * The invoices of an order, one for each seller in it, with their credit notes. A seller is shown their own.
 *
 * Over HTTP it is one PDF of all of them, unless `Accept` names `application/json`. An order that has none yet is invoiced now, unless it was cancelled (EU VAT directive 2006/112, article 226: what an invoice tells).
 */
export interface ShowInvoices {
  order_id: Id;
}

/** The same for a guest's order, to whoever has its key. */
export interface ShowGuestInvoices {
  order_key: Id;
}

/** What the shop owes a seller: for the seller, managers and admins. */
export interface ShowEarnings {
  seller_id: Id;
}

/**
 * Put another rate in the place of this one, for the same seller and category, for sales from now on.
 *
 * What was sold keeps the rate that it was sold at. The same rate again changes nothing; the answer is the rate that holds now, under an id of its own.
 */
export interface ChangeCommissionRate {
  rate_id: Id;
  /** Basis points: 1250 is 12.5 % */
  rate: number;
}

/** All rates that were ever set, the newest first. */
export interface ListCommissionRates {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The commission of each sale, the newest first: a seller's own; all for managers and admins, or of one seller. */
export interface ListCommissions {
  seller_id?: Id | null;
  since?: Time | null;
  until?: Time | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Say how a payout went. One that failed is back in the seller's balance. */
export interface CompletePayout {
  payout_id: Id;
  reference: string;
  failed?: boolean;
}

/** A seller's statement, the newest first: for the seller, managers and admins. */
export interface ListEarnings {
  seller_id: Id;
  since?: Time | null;
  until?: Time | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** How the shop did in the last days: for managers and admins. */
export interface ShowFigures {
  /** so many days until now, the first one whole (UTC) */
  days?: number;
}

/** The books, the newest first; all of it, or what concerns an account, a payment or an order. */
export interface ListMovements {
  account?: Account | null;
  payment_id?: Id | null;
  order_id?: Id | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Begin a payout: the amount leaves the seller's balance. */
export interface PayOut {
  payout_id: Id;
  seller_id: Id;
  amount: MoneyInput;
}

/** Where a seller is paid out to: for the seller, managers and admins. */
export interface ShowPayoutAccount {
  seller_id: Id;
}

/** Payouts, the newest first: all of them for managers and admins, their own for sellers. */
export interface ListPayouts {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The sellers to whom the shop owes something, and what. */
export interface PreviewPayouts {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Set a rate for sales from now on. A seller's own comes before a category's, a narrow category before a wide. */
export interface SetCommissionRate {
  rate_id: Id;
  /** Basis points: 1250 is 12.5 % */
  rate: number;
  seller_id?: Id | null;
  category_id?: Id | null;
}

/**
 * Say where one's own shop is paid out to. For its owner; payouts that are on their way go where they went.
 *
 * It takes the password again, and a mail tells of it: it is what a thief with an open session would change. Who signs in with an account elsewhere has a password sent to them first (`accounts.forget_password`).
 */
export interface SetPayoutAccount {
  seller_id: Id;
  holder: string;
  /** as ISO 13616 has it; spaces do not matter */
  iban: string;
  password: string;
}

/** Where all money is that buyers paid. */
export type ShowTotals = Record<string, never>;

/**
 * Add an uploaded picture to a product of the caller's shop, after its others. Sent again it answers the same.
 *
 * JPEG, PNG, WebP, AVIF and GIF that do not move are taken, of 20 MiB and 50 megapixels at most. What is shown is made anew by a job, without what cameras write into files (place, time, device); the product's channel tells when, or its seller's where the picture is to be reviewed before it is seen.
 *
 * Over HTTP the picture may be the body itself (`Content-Type: image/jpeg`), with the other fields in the query.
 */
export interface AddMedia {
  product_id: Id;
  media_id: Id;
  upload_id: Id;
  /** What a screen reader says */
  alt?: string;
}

/**
 * Say in which order a product's pictures are shown, and their texts. Those not named follow as they are.
 *
 * Where a product on show is moderated, this waits for review.
 */
export interface ArrangeMedia {
  product_id: Id;
  pictures: readonly MediaPlace[];
}

/**
 * All pictures of a product of the caller's shop in their order, then those that are not ready.
 *
 * Where others wait for review, the order and the texts are those that wait.
 */
export interface ListMedia {
  product_id: Id;
}

/** Take a picture from a product of the caller's shop. Its files go too, unless another product shows it. */
export interface RemoveMedia {
  media_id: Id;
}

/** Accept the part of an order that is the caller's shop's: it will be sent. */
export interface AcceptOrder {
  order_id: Id;
  change_id: Id;
  /** the `version` of the seller's part */
  version: number;
  note?: string;
}

/**
 * Cancel units that are not sent, or all that the caller still may. Their money goes back.
 *
 * A customer may until the seller has accepted them; a seller their own, a manager or an admin any, until they are sent.
 */
export interface CancelOrder {
  order_id: Id;
  change_id: Id;
  /** the order's `version` that this builds on */
  version: number;
  /** none for all that is left */
  lines?: readonly LineUnitsInput[];
  note?: string;
}

/** Cancel units of a guest's order, by its key, as a customer may. */
export interface CancelGuestOrder {
  order_key: Id;
  change_id: Id;
  /** the order's `version` that this builds on */
  version: number;
  /** none for all that is left */
  lines?: readonly LineUnitsInput[];
  note?: string;
}

/** Say that a parcel has arrived, or all that are on their way. */
export interface DeliverOrder {
  order_id: Id;
  change_id: Id;
  /** the `version` of the seller's part */
  version: number;
  parcel_id?: Id | null;
  note?: string;
}

/**
 * Lower quantities, whose difference goes back, and correct the address, as long as cancelling would be allowed.
 *
 * Quantities are never raised, and the address stays in its country and state: nothing becomes dearer. A seller corrects the address only of an order that is all theirs. Where nobody has said the address yet it may be said until something is sent; the taxes that the price contains are known from then on.
 */
export interface EditOrder {
  order_id: Id;
  change_id: Id;
  /** the order's `version` that this builds on */
  version: number;
  lines?: readonly NewQuantity[];
  address?: PostalAddressInput | null;
  note?: string;
}

/** Lower quantities of a guest's order and correct its address, by its key, as a customer may: see `orders.edit`. */
export interface EditGuestOrder {
  order_key: Id;
  change_id: Id;
  /** the order's `version` that this builds on */
  version: number;
  lines?: readonly NewQuantity[];
  address?: PostalAddressInput | null;
  note?: string;
}

/** What happened to an order since it was placed, the oldest first; to a seller what concerns them. */
export interface ListOrderEvents {
  order_id: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** What happened to a guest's order, by its key. */
export interface ListGuestOrderEvents {
  order_key: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The caller's own orders, the newest first. */
export interface ListOrders {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** All orders for managers and admins, the newest first; the one of a `number`, or a customer's. */
export interface ListAllOrders {
  number?: string;
  customer_id?: Id | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/**
 * The orders that have a line of the caller's shop, each with only those lines; the newest first.
 *
 * `state` leaves those whose part of the caller's shop stands so.
 */
export interface ListSellerOrders {
  state?: SellerOrderState | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Write a note into the timeline: to one seller of the order, or to all. A seller's is for the customer. */
export interface NoteOnOrder {
  order_id: Id;
  change_id: Id;
  note: string;
  seller_id?: Id | null;
}

/** How a seller does. */
export interface ShowPerformance {
  seller_id: Id;
}

/** Refuse a part that was not accepted: all of it is cancelled, and its money goes back. */
export interface RejectOrder {
  order_id: Id;
  change_id: Id;
  /** the `version` of the seller's part */
  version: number;
  note: string;
}

/** Put what was ordered into the caller's cart again. What is not sold any more is told in `left_out`. */
export interface Reorder {
  order_id: Id;
  change_id: Id;
}

/** Accept, cancel or call delivered whatever of an order can be. */
export interface SetOrderStatus {
  order_id: Id;
  change_id: Id;
  /** the order's `version` that this builds on */
  version: number;
  status: NewStatus;
  note?: string;
}

/** Say that a parcel is on its way: so many units, or all that are left. The part must be accepted. */
export interface ShipOrder {
  order_id: Id;
  shipment_id: Id;
  /** the `version` of the seller's part */
  version: number;
  /** none for all that is left */
  lines?: readonly LineUnitsInput[];
  carrier?: string;
  tracking_number?: string;
  note?: string;
}

/** One order: to its customer, to a seller with a line in it (who sees only those), to managers and admins. */
export interface ShowOrder {
  order_id: Id;
}

/** The caller's shop's part of an order. */
export interface ShowSellerOrder {
  order_id: Id;
}

/** A guest's order, to whoever has its key: the checkout answers it, and it cannot be guessed. */
export interface ShowGuestOrder {
  order_key: Id;
}

/** Where an order is. */
export interface TrackOrder {
  order_id: Id;
}

/**
 * Save a method for next time. The first is the default, whatever is said; a card saved again replaces itself.
 *
 * Without a `payment_method` the browser says it to the gateway. Sent again it answers how it stands by then, and takes what the browser has completed.
 */
export interface AddMethod {
  method_id: Id;
  payment_method?: string | null;
  make_default?: boolean;
}

/**
 * Wait for a transfer no longer: what it was to pay for is sold to others again. Said again it changes nothing.
 *
 * Who may see it may cancel it; managers and admins cancel any. Money that comes all the same is to be sent back.
 */
export interface CancelTransfer {
  payment_id: Id;
}

/**
 * Conclude a payment that the browser has completed: what it pays for is ordered when the money came.
 *
 * With a `payment_method` the shop has it charged itself: a card that the caller has saved, or any method where the gateway has no elements for the browser. One that is declined leaves the payment open for another where the gateway does.
 */
export interface ConfirmPayment {
  payment_id: Id;
  payment_method?: string | null;
}

/** Begin a payment that the browser completes. The shop says what it costs; the same id is the same payment. */
export interface CreateIntent {
  payment_id: Id;
  /** What is to be paid: its kind and its id, e.g. `claim:01935e8a-...`. */
  pays_for: string;
  /** Save the method for next time, as soon as the money came. A guest has nothing saved. */
  keep_method?: boolean;
}

/** The payments that banks question, the newest first. */
export interface ListDisputes {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** How one pays here. */
export type ShowGateway = Record<string, never>;

/** The caller's own payments, the newest first; those of a state, those made from `since` until `until`. */
export interface ListPayments {
  status?: PaymentState | null;
  since?: Time | null;
  until?: Time | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The caller's saved methods, the default one first, then the newest. */
export type ListMethods = Record<string, never>;

/** The refunds in one state, the newest first. What failed is for somebody to look into: that money went nowhere. */
export interface ListRefunds {
  state?: RefundState;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The transfers in one state, the oldest first; those with `reference` in theirs. */
export interface ListTransfers {
  state?: TransferState;
  reference?: string;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** What is to be sent back, the oldest first, a hundred at most. */
export type ListTransfersBack = Record<string, never>;

/**
 * The receipt of one of the caller's own payments; of any for managers and admins.
 *
 * Over HTTP it is a PDF of a payment that was made, unless `Accept` names `application/json`.
 */
export interface ShowReceipt {
  payment_id: Id;
}

/**
 * Say that the money came, exactly `amount`; what it pays for is ordered. Said again it changes nothing.
 *
 * What came after the time was over is listed to be sent back.
 */
export interface ReceiveTransfer {
  payment_id: Id;
  amount: MoneyInput;
}

/** Give money of a payment back: so much of it, or all that is left. The reason is kept. */
export interface RefundPayment {
  payment_id: Id;
  refund_id: Id;
  reason: string;
  amount?: MoneyInput | null;
}

/**
 * Remove a saved method, here and at the gateway. If it was the default, the newest of the others is.
 *
 * A payment with it that is under way goes on where the gateway has been asked already. One that is not there is removed already.
 */
export interface RemoveMethod {
  method_id: Id;
}

/**
 * Say that money which is `owed` to a customer was sent in another way, as by a bank transfer.
 *
 * Who gives it back on the gateway's own pages instead need not say so: the gateway does. Said again it changes nothing.
 */
export interface SendRefundByHand {
  payment_id: Id;
  refund_id: Id;
  reference: string;
}

/** Say that money was sent back. Said again it changes nothing. */
export interface SendTransferBack {
  refund_id: Id;
}

/** Have one of the caller's saved methods offered first. */
export interface SetDefaultMethod {
  method_id: Id;
}

/** One of the caller's own payments; any for managers and admins. */
export interface ShowPayment {
  payment_id: Id;
}

/** How a payment is transferred. A person's only they may see; a guest's whoever knows its id. */
export interface ShowTransfer {
  payment_id: Id;
}

/** Add a price to a variant's list. Sent again with the same id it answers the same. */
export interface CreatePriceTier {
  tier_id: Id;
  variant_id: Id;
  price: PriceInput;
  customer_group?: string | null;
  min_quantity?: number;
  valid_from?: Time | null;
  valid_until?: Time | null;
}

/** Take a price off a list. */
export interface DeletePriceTier {
  tier_id: Id;
}

/** Change a price of a list, and when it holds. */
export interface EditPriceTier {
  tier_id: Id;
  price: PriceInput;
  valid_from?: Time | null;
  valid_until?: Time | null;
}

/** The price list of a variant of the caller's shop, beside the price of the variant itself. */
export interface ListPriceTiers {
  variant_id: Id;
}

/** What a variant that is for sale has cost. */
export interface ShowPriceHistory {
  variant_id: Id;
}

/**
 * What a cart would cost at any moment, for anybody: with all that will hold then, and why.
 *
 * A seller sees of what has not begun only their own, and has no more tries with codes than anybody.
 */
export interface SimulatePromotions {
  lines: readonly Wanted[];
  currency: string;
  at: Time;
  codes?: readonly string[];
  groups?: readonly string[];
  country?: string | null;
  newcomer?: boolean;
}

/** Authorise a return: the customer may send the goods. For its seller, or a manager. */
export interface ApproveReturn {
  return_id: Id;
}

/** Keep the goods after all. Its customer may, until they are received. */
export interface CancelReturn {
  return_id: Id;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/**
 * Set aside the other goods for what was received, and give a difference in price back under `refund_id`.
 *
 * Refused where they are not in stock: then refund.
 */
export interface ExchangeReturn {
  return_id: Id;
  refund_id: Id;
}

/**
 * The caller's returns, the newest first: as a customer, as a seller those to their shop, as a manager all.
 *
 * `seller_id` leaves those to one seller, which is the caller's own where they ask as a seller.
 */
export interface ListReturns {
  side?: ReturnSide;
  state?: ReturnState | null;
  order_id?: Id | null;
  seller_id?: Id | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The returns of a guest's order, the newest first. */
export interface ListGuestReturns {
  order_key: Id;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/**
 * Say which units came, and which of them can be sold again. Lines that are not named came whole, none resellable.
 *
 * What did not come is the customer's again: they may return it anew.
 */
export interface ReceiveReturn {
  return_id: Id;
  lines?: readonly ReceivedUnits[];
}

/**
 * Give the money for what was received back: all of it, or a part. A return that was to be an exchange as well.
 *
 * Where the customer has withdrawn from all of the seller's part within 14 days, as unwanted, all of it includes what was paid for sending, at most as the cheapest way that was offered (Directive 2011/83/EU, Art. 13).
 */
export interface RefundReturn {
  return_id: Id;
  refund_id: Id;
  amount?: MoneyInput | null;
}

/** Refuse a return whose goods did not come, and why. The customer may open a dispute about it. */
export interface RejectReturn {
  return_id: Id;
  reason: string;
}

/**
 * Ask to give units of one seller of an order back, or to have them exchanged. They must have been delivered.
 *
 * An exchange is for something of the same price or less; a difference is given back. Sent again with the same id it answers the same return as it is now.
 */
export interface RequestReturn {
  return_id: Id;
  order_id: Id;
  lines: readonly WantedReturn[];
  reason: ReturnReason;
  words?: string;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/** Say that the parcel is on its way to the seller. Its customer may, once the return is approved. */
export interface SendReturn {
  return_id: Id;
  /** the carrier's number of the parcel */
  tracking: string;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/** Say that the other goods of an exchange are on their way. */
export interface ShipReplacement {
  return_id: Id;
  /** the carrier's number of the parcel */
  tracking: string;
}

/** One return: to its customer, its seller, managers and admins. */
export interface ShowReturn {
  return_id: Id;
  /** the key of a guest's order; none for the caller's own */
  order_key?: Id | null;
}

/** Replace one's own review. A hidden one stays hidden until moderators restore it. */
export interface EditReview {
  review_id: Id;
  stars: number;
  text: string;
}

/** The reviews of a product. */
export interface ListReviews {
  product_id: Id;
  sort?: ReviewSort;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Reviews with reports that nobody has decided about, by id. */
export interface ListReportedReviews {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Hide a review or restore it, and why. Its reports are decided with that. */
export interface ModerateReview {
  review_id: Id;
  state: ReviewState;
  reason: string;
}

/** Take one's own review back. A hidden one stays: else writing it anew would undo the moderators' decision. */
export interface RemoveReview {
  review_id: Id;
}

/** Tell moderators of a review. A person counts once, until the review is edited. */
export interface ReportReview {
  review_id: Id;
  reason: string;
}

/** How many reviews of a product there are, and their stars. */
export interface SummarizeReviews {
  product_id: Id;
}

/** Say that a review helped, or take that back. A person counts once. */
export interface VoteHelpful {
  review_id: Id;
  helpful?: boolean;
}

/** Review a product once, whoever sold it. Sent again with the same id it answers the same. */
export interface WriteReview {
  product_id: Id;
  review_id: Id;
  stars: number;
  text: string;
}

/** Make a role. Sent again with the same content it changes nothing. */
export interface CreateRole {
  name: string;
  title: string;
  base: Role;
  permissions: readonly string[];
}

/**
 * Say anew what a role includes; null, for a built-in one, is everything. Whoever has it connects anew.
 *
 * What admins may do is not edited: somebody must be able to undo the rest.
 */
export interface EditRole {
  name: string;
  title: string;
  permissions: readonly string[] | null;
}

/** Every role, the built-in ones first. */
export type ListRoles = Record<string, never>;

/** Every permission that a role can include. */
export type ListPermissions = Record<string, never>;

/**
 * Ask to become a seller. One application of a person is open at a time. Sent again it answers the same.
 *
 * `tax_number` is checked where the form of the country's numbers is known (python-stdnum): VAT or tax number.
 */
export interface ApplyToSell {
  application_id: Id;
  name: string;
  slug: string;
  /** ISO 3166-1 alpha-2 */
  country: string;
  contact: SellerContactInput;
  description?: string;
  tax_number?: string;
}

/**
 * Let an applicant sell: the shop exists from now on, and the applicant owns it, on all their devices at once.
 *
 * Approved again it answers the same.
 */
export interface ApproveApplication {
  application_id: Id;
}

/** Replace what the owner's shop says of itself. Its slug stays: links to it lead there. */
export interface EditStore {
  seller_id: Id;
  name: string;
  description: string;
}

/**
 * Say anew how the owner's shop works. What was ordered before keeps the terms it was ordered under.
 *
 * What is null stays as it is. Invoices from now on say `tax_number` and `invoice_address`, with the legal name (Directive 2006/112/EC, Art. 226). The number is checked as in the application.
 */
export interface EditSettings {
  seller_id: Id;
  return_days: number;
  handling_days: number;
  low_stock_mail: boolean;
  contact?: SellerContactInput | null;
  tax_number?: string | null;
  invoice_address?: PostalAddressInput | null;
  /** none leaves it as it is */
  new_order_mail?: boolean | null;
}

/** The sellers, by name. Suspended ones are listed for managers and admins alone, who can ask for only them. */
export interface ListSellers {
  suspended?: boolean | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Applications in a state, the oldest first: those that are open wait for a decision. */
export interface ListApplications {
  state?: ApplicationState;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** What a shop has for sale, the newest first. `seller` is its id or its slug. */
export interface ListStoreProducts {
  seller: string;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Show and sell a suspended seller's products again. Sales that were called off stay so. */
export interface ReinstateSeller {
  seller_id: Id;
}

/** Turn an application down. The applicant reads the reason. Rejected again for the same reason it answers it. */
export interface RejectApplication {
  application_id: Id;
  reason: string;
}

/**
 * Say why a seller charges no tax, or (with null) that it does. Never for a shop that the caller works for.
 *
 * It is for small enterprises that are exempt (Directive 2006/112/EC, Art. 282-292). Quotes count it from now on, and invoices print it (Art. 226 (11)); what was ordered before stays as it was.
 */
export interface SetSellerTaxation {
  seller_id: Id;
  /** e.g. Small enterprise, exempt from VAT */
  untaxed_for?: string | null;
}

/** A shop's page. `seller` is its id or its slug. A suspended one is there for who works for it and managers. */
export interface ShowStore {
  seller: string;
}

/** The caller's latest application. */
export type ShowOwnApplication = Record<string, never>;

/** How a seller works: for who works for it, managers and admins. */
export interface ShowSettings {
  seller_id: Id;
}

/**
 * Hide a seller's products and let nobody buy them; what is ordered goes on. Its sales are called off.
 *
 * The owner reads the reason. Suspended again it gets the new reason.
 */
export interface SuspendSeller {
  seller_id: Id;
  reason: string;
}

/** The flat rates of the caller's shop and those that hold for all. */
export type ListShippingRates = Record<string, never>;

/** Remove a flat rate: a seller's own, an admin's for all. */
export interface RemoveShippingRate {
  code: string;
  currency: string;
}

/** Set a flat rate: a seller's own, an admin's for all sellers who set none. */
export interface SetShippingRate {
  code: string;
  name: string;
  price: PriceInput;
  days_least: number;
  days_most: number;
}

/**
 * Work for a seller from now on. `token` is the one in the mail; the caller's account has that mail's address.
 *
 * Accepted again by the same person it answers the same.
 */
export interface AcceptInvitation {
  token: string;
}

/**
 * Give somebody who works for the caller's seller these rights and no others, on all their devices at once.
 *
 * Who is no owner can neither give nor take a right that they have not.
 */
export interface EditStaff {
  user_id: Id;
  rights: readonly SellerRight[];
}

/**
 * Ask somebody by mail to work for the caller's seller, within a week. Nobody gives a right that they have not.
 *
 * Sent again with the same id it answers the same, and no second mail leaves.
 */
export interface InviteStaff {
  invitation_id: Id;
  email: string;
  rights: readonly SellerRight[];
}

/** Work for a seller no longer. An owner cannot leave. */
export type LeaveSeller = Record<string, never>;

/** Who works for the caller's seller, in one page. */
export type ListStaff = Record<string, never>;

/** The invitations of the caller's seller that can still be accepted, in one page. */
export type ListInvitations = Record<string, never>;

/** Let somebody work for the caller's seller no longer, on all their devices at once; nor whom they invited. */
export interface RemoveStaff {
  user_id: Id;
}

/** Make an invitation worthless. Withdrawn again it answers the same. */
export interface WithdrawInvitation {
  invitation_id: Id;
}

/** The server's clock. A page that counts down counts to this one. */
export type TellTime = Record<string, never>;

/** Have it checked anew whether the VAT number of an exemption is registered. The answer comes later. */
export interface CheckVatNumber {
  exemption_id: Id;
}

/** Remove a tax zone: no tax is charged there. */
export interface DeleteTaxZone {
  zone_id: Id;
}

/**
 * Free somebody else than the caller from taxes on what goes to some places. Sent again it answers the same.
 *
 * For a business that accounts for the tax itself (reverse charge: Directive 2006/112/EC, Art. 194-196), a reseller with a certificate, or a public body. Quotes count it at once; what was ordered before stays as it was. A `valid_from` of null is now. The reason names nobody: orders keep it for ever. With `is_vat_number` the form and the check digits of the document are checked (it begins with its country's code), and then, without anybody waiting for it, whether it is registered.
 */
export interface GrantTaxExemption {
  exemption_id: Id;
  user_id: Id;
  /** what invoices say, e.g. "Reverse charge" (Art. 226 (11a)) */
  reason: string;
  document: string;
  places: readonly string[];
  valid_from?: Time | null;
  valid_until?: Time | null;
  is_vat_number?: boolean;
}

/** Exemptions of everybody or of one person, the latest first; those that ended or were revoked among them. */
export interface ListTaxExemptions {
  user_id?: Id | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** The caller's exemptions, the latest first; those that ended or were revoked among them. */
export interface ListOwnTaxExemptions {
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** All tax zones with their rates. */
export type ListTaxZones = Record<string, never>;

/** End an exemption now: what is quoted from now on has taxes. Revoked again it answers the same. */
export interface RevokeTaxExemption {
  exemption_id: Id;
}

/** Add a tax zone, or replace the one with this id. A place is in one zone only. */
export interface SaveTaxZone {
  zone_id: Id;
  name: string;
  places: readonly string[];
  rates: readonly RateInput[];
  inclusive: boolean;
}

/** Sign a person out everywhere, and let neither them nor their keys in again. */
export interface DisableUser {
  user_id: Id;
  reason: string;
}

/**
 * Change what a person is called, and on how many devices they may be signed in. The oldest beyond that end.
 *
 * `ip_whitelist` are the networks that their account may be used from; left out, those stay that they chose.
 */
export interface EditUser {
  user_id: Id;
  name: string;
  session_limit: number;
  ip_whitelist?: readonly string[] | null;
}

/** Let a disabled person sign in again. Their keys work again too. */
export interface EnableUser {
  user_id: Id;
}

/** The first few people whose address or name begins so, of those who can sign in. */
export interface FindPeople {
  query: string;
  limit?: number;
}

/** People, the newest first. `query` is how an address or a name begins; `role` is one that they have. */
export interface ListUsers {
  query?: string;
  role?: Role | null;
  disabled?: boolean | null;
  /** `next` of the page before; empty for the first page */
  cursor?: string;
  limit?: number;
}

/** Let a person who has lost both app and recovery codes sign in with the password alone. They are told by mail. */
export interface ResetTwoFactor {
  user_id: Id;
}

/** Give a person these roles and no others. What they have open connects anew, with the new rights. */
export interface SetRoles {
  user_id: Id;
  roles: readonly Role[];
  custom_roles?: readonly string[];
}

/** One person. */
export interface ShowUser {
  user_id: Id;
}

/** What may be asked for: the RPC method, its data, its answer. */
export interface Operations {
  "accounts.begin_social": { command: BeginSocial; answer: SocialBegun };
  "accounts.change_email": { command: ChangeEmail; answer: Done };
  "accounts.change_password": { command: ChangePassword; answer: Done };
  "accounts.disable_two_factor": { command: DisableTwoFactor; answer: Done };
  "accounts.edit_me": { command: EditMe; answer: Me };
  "accounts.end_other_sessions": { command: EndOtherSessions; answer: Done };
  "accounts.end_session": { command: EndSession; answer: Done };
  "accounts.finish_social": { command: FinishSocial; answer: SignedIn };
  "accounts.forget_password": { command: ForgetPassword; answer: Done };
  "accounts.issue_socket_token": { command: IssueSocketToken; answer: SocketToken };
  "accounts.list_linked": { command: ListLinked; answer: readonly LinkedAccount[] };
  "accounts.list_providers": { command: ListProviders; answer: Providers };
  "accounts.list_sessions": { command: ListSessions; answer: SessionPage };
  "accounts.log_in": { command: LogIn; answer: SignedIn };
  "accounts.log_in_with_code": { command: LogInWithCode; answer: SignedIn };
  "accounts.log_out": { command: LogOut; answer: Done };
  "accounts.permissions": { command: ShowPermissions; answer: Permissions };
  "accounts.refresh": { command: RefreshSession; answer: SessionExtended };
  "accounts.register": { command: Register; answer: SignedIn };
  "accounts.renew_recovery_codes": { command: RenewRecoveryCodes; answer: RecoveryCodes };
  "accounts.reset_password": { command: ResetPassword; answer: Done };
  "accounts.restrict": { command: RestrictMe; answer: Me };
  "accounts.send_verification": { command: SendVerification; answer: Done };
  "accounts.set_up_two_factor": { command: SetUpTwoFactor; answer: TotpSecret };
  "accounts.unlink": { command: Unlink; answer: Done };
  "accounts.verify_email": { command: VerifyEmail; answer: Done };
  "accounts.verify_two_factor": { command: VerifyTwoFactor; answer: RecoveryCodes };
  "accounts.who_am_i": { command: WhoAmI; answer: Me };
  "acl.grant": { command: GrantAccess; answer: Grant };
  "acl.list": { command: ListGrants; answer: GrantPage };
  "acl.list_grantable": { command: ListGrantable; answer: GrantablePage };
  "acl.revoke": { command: RevokeAccess; answer: Done };
  "addresses.add": { command: AddAddress; answer: Address };
  "addresses.change": { command: ChangeAddress; answer: Address };
  "addresses.describe": { command: DescribeAddress; answer: AddressRules };
  "addresses.list": { command: ListAddresses; answer: AddressPage };
  "addresses.remove": { command: RemoveAddress; answer: Done };
  "addresses.show": { command: ShowAddress; answer: Address };
  "api_keys.create": { command: CreateApiKey; answer: NewApiKey };
  "api_keys.list": { command: ListApiKeys; answer: ApiKeyPage };
  "api_keys.list_scopes": { command: ListScopes; answer: Scopes };
  "api_keys.revoke": { command: RevokeApiKey; answer: Done };
  "audit.check": { command: CheckAuditLog; answer: AuditCheck };
  "audit.list": { command: ListAuditLog; answer: AuditEntryPage };
  "back_in_stock.ask": { command: AskBackInStock; answer: BackInStockWish };
  "back_in_stock.list": { command: ListBackInStock; answer: readonly BackInStockWish[] };
  "back_in_stock.withdraw": { command: WithdrawBackInStock; answer: Done };
  "campaigns.create": { command: CreateCampaign; answer: Campaign };
  "campaigns.delete": { command: DeleteCampaign; answer: Done };
  "campaigns.edit": { command: EditCampaign; answer: Campaign };
  "campaigns.list": { command: ListCampaigns; answer: CampaignPage };
  "campaigns.list_own": { command: ListOwnCampaigns; answer: CampaignPage };
  "campaigns.show": { command: ShowCampaign; answer: Campaign };
  "carts.abandoned": { command: ListAbandoned; answer: AbandonedCartPage };
  "carts.add": { command: AddToCart; answer: Cart };
  "carts.choose_reminders": { command: ChooseReminders; answer: CartReminders };
  "carts.clear": { command: ClearCart; answer: Cart };
  "carts.copy": { command: CopyCart; answer: Cart };
  "carts.edit": { command: EditCart; answer: Cart };
  "carts.enter_coupon": { command: EnterCoupon; answer: CartTotals };
  "carts.merge": { command: MergeCart; answer: Cart };
  "carts.recover": { command: RecoverCart; answer: CartLetter };
  "carts.recovery": { command: ShowRecovery; answer: CartRecovery };
  "carts.remove": { command: RemoveFromCart; answer: Cart };
  "carts.remove_coupon": { command: RemoveCoupon; answer: CartTotals };
  "carts.restore": { command: RestoreCart; answer: Cart };
  "carts.set_quantity": { command: SetQuantity; answer: Cart };
  "carts.share": { command: ShareCart; answer: CartShare };
  "carts.shared": { command: ShowSharedCart; answer: SharedCart };
  "carts.shares": { command: ListCartShares; answer: readonly CartShare[] };
  "carts.show": { command: ShowCart; answer: Cart };
  "carts.totals": { command: ShowCartTotals; answer: CartTotals };
  "carts.unshare": { command: UnshareCart; answer: CartShare };
  "catalog.add_variant": { command: AddVariant; answer: Variant };
  "catalog.approve_product": { command: ApproveProduct; answer: ProductStanding };
  "catalog.archive_product": { command: ArchiveProduct; answer: ProductStanding };
  "catalog.create_attribute": { command: CreateAttribute; answer: Attribute };
  "catalog.create_brand": { command: CreateBrand; answer: Brand };
  "catalog.create_category": { command: CreateCategory; answer: Category };
  "catalog.create_product": { command: CreateProduct; answer: Product };
  "catalog.delete_category": { command: DeleteCategory; answer: Done };
  "catalog.edit_attribute": { command: EditAttribute; answer: Attribute };
  "catalog.edit_brand": { command: EditBrand; answer: Brand };
  "catalog.edit_category": { command: EditCategory; answer: Category };
  "catalog.edit_product": { command: EditProduct; answer: Product };
  "catalog.edit_variant": { command: EditVariant; answer: Variant };
  "catalog.list_attributes": { command: ListAttributes; answer: readonly Attribute[] };
  "catalog.list_brands": { command: ListBrands; answer: BrandPage };
  "catalog.list_categories": { command: ListCategories; answer: readonly Category[] };
  "catalog.list_offers": { command: ListOffers; answer: VariantOfferPage };
  "catalog.list_products": { command: ListProducts; answer: ProductCardPage };
  "catalog.list_seller_products": { command: ListSellerProducts; answer: ProductCardPage };
  "catalog.list_variants": { command: ListVariants; answer: readonly Variant[] };
  "catalog.list_waiting_products": { command: ListWaitingProducts; answer: WaitingProductPage };
  "catalog.make_offer": { command: MakeOffer; answer: VariantOffer };
  "catalog.publish_product": { command: PublishProduct; answer: ProductStanding };
  "catalog.reject_product": { command: RejectProduct; answer: ProductStanding };
  "catalog.remove_variant": { command: RemoveVariant; answer: Done };
  "catalog.set_moderation": { command: SetModeration; answer: ModerationPolicy };
  "catalog.set_price": { command: SetPrice; answer: Variant };
  "catalog.set_seller_moderation": { command: SetSellerModeration; answer: SellerModeration };
  "catalog.set_stock": { command: SetStock; answer: Variant };
  "catalog.show_category": { command: ShowCategory; answer: Category };
  "catalog.show_moderation": { command: ShowModeration; answer: ModerationPolicy };
  "catalog.show_product": { command: ShowProduct; answer: Product };
  "catalog.show_seller_moderation": { command: ShowSellerModeration; answer: SellerModeration };
  "catalog.show_standing": { command: ShowStanding; answer: ProductStanding };
  "catalog.unpublish_product": { command: UnpublishProduct; answer: ProductStanding };
  "checkout.begin": { command: BeginCheckout; answer: Checkout };
  "checkout.cancel": { command: CancelCheckout; answer: Checkout };
  "checkout.complete": { command: CompleteCheckout; answer: CheckoutOutcome };
  "checkout.set_address": { command: SetCheckoutAddress; answer: Checkout };
  "checkout.set_shipping": { command: SetCheckoutShipping; answer: Checkout };
  "checkout.show": { command: ShowCheckout; answer: Checkout };
  "coupons.best": { command: FindBestCoupons; answer: Quote };
  "coupons.create": { command: CreateCoupon; answer: Coupon };
  "coupons.deactivate": { command: DeactivateCoupon; answer: Coupon };
  "coupons.delete": { command: DeleteCoupon; answer: Done };
  "coupons.edit": { command: EditCoupon; answer: Coupon };
  "coupons.generate": { command: GenerateCoupons; answer: GeneratedCodes };
  "coupons.list": { command: ListCoupons; answer: CouponPage };
  "coupons.list_uses": { command: ListCouponUses; answer: CouponUsePage };
  "coupons.show": { command: ShowCoupon; answer: Coupon };
  "coupons.show_performance": { command: ShowCouponPerformance; answer: CouponPerformance };
  "coupons.validate": { command: ValidateCoupon; answer: Quote };
  "disputes.list": { command: ListOrderDisputes; answer: OrderDisputePage };
  "disputes.list_guest": { command: ListGuestDisputes; answer: OrderDisputePage };
  "disputes.open": { command: OpenDispute; answer: OrderDispute };
  "disputes.reply": { command: ReplyToDispute; answer: OrderDispute };
  "disputes.resolve": { command: ResolveDispute; answer: OrderDispute };
  "disputes.show": { command: ShowDispute; answer: OrderDispute };
  "evidence.add": { command: AddEvidence; answer: Evidence };
  "evidence.list": { command: ListEvidence; answer: readonly Evidence[] };
  "evidence.show": { command: ShowEvidence; answer: Evidence };
  "flash_sales.cancel": { command: CancelSale; answer: FlashSale };
  "flash_sales.challenge": { command: AskChallenge; answer: ProofChallenge };
  "flash_sales.claim": { command: ClaimUnits; answer: Claim };
  "flash_sales.create": { command: CreateSale; answer: FlashSale };
  "flash_sales.do_not_remind": { command: DoNotRemind; answer: SaleReminder };
  "flash_sales.draw": { command: ShowDraw; answer: LobbyDraw };
  "flash_sales.edit": { command: EditSale; answer: FlashSale };
  "flash_sales.end": { command: EndSale; answer: FlashSale };
  "flash_sales.give_back": { command: GiveBack; answer: Claim };
  "flash_sales.join": { command: JoinLine; answer: Place };
  "flash_sales.leave": { command: LeaveLine; answer: Place };
  "flash_sales.ledger": { command: ShowLedger; answer: LedgerEntryPage };
  "flash_sales.list": { command: ListSales; answer: FlashSalePage };
  "flash_sales.my_claims": { command: MyClaims; answer: readonly Claim[] };
  "flash_sales.pay": { command: Pay; answer: PayAnswer };
  "flash_sales.position": { command: ShowPosition; answer: LinePosition };
  "flash_sales.remind": { command: RemindMe; answer: SaleReminder };
  "flash_sales.show": { command: ShowSale; answer: FlashSale };
  "groups.add": { command: AddToGroup; answer: GroupMember };
  "groups.create": { command: CreateGroup; answer: CustomerGroup };
  "groups.delete": { command: DeleteGroup; answer: Done };
  "groups.edit": { command: EditGroup; answer: CustomerGroup };
  "groups.list": { command: ListGroups; answer: CustomerGroupPage };
  "groups.list_members": { command: ListGroupMembers; answer: GroupMemberPage };
  "groups.remove": { command: RemoveFromGroup; answer: Done };
  "imports.list": { command: ListImports; answer: ImportPage };
  "imports.list_errors": { command: ListImportErrors; answer: ImportRowPage };
  "imports.show": { command: ShowImport; answer: Import };
  "imports.start": { command: StartImport; answer: Import };
  "inventory.adjust": { command: AdjustStock; answer: StockLevels };
  "inventory.create_warehouse": { command: CreateWarehouse; answer: Warehouse };
  "inventory.edit_warehouse": { command: EditWarehouse; answer: Warehouse };
  "inventory.list": { command: ListStock; answer: StockLevelsPage };
  "inventory.list_low": { command: ListLowStock; answer: StockLevelsPage };
  "inventory.list_movements": { command: ListStockMovements; answer: StockMovementPage };
  "inventory.list_warehouses": { command: ListWarehouses; answer: readonly Warehouse[] };
  "inventory.set_threshold": { command: SetThreshold; answer: StockLevels };
  "inventory.show": { command: ShowStock; answer: StockLevels };
  "inventory.transfer": { command: TransferStock; answer: StockLevels };
  "invoices.packing_slip": { command: ShowPackingSlip; answer: PackingSlip };
  "invoices.show": { command: ShowInvoices; answer: readonly Invoice[] };
  "invoices.show_guest": { command: ShowGuestInvoices; answer: readonly Invoice[] };
  "ledger.balance": { command: ShowEarnings; answer: Earnings };
  "ledger.change_commission_rate": { command: ChangeCommissionRate; answer: CommissionRate };
  "ledger.commission_rates": { command: ListCommissionRates; answer: CommissionRatePage };
  "ledger.commissions": { command: ListCommissions; answer: CommissionPage };
  "ledger.complete_payout": { command: CompletePayout; answer: Payout };
  "ledger.earnings": { command: ListEarnings; answer: EarningPage };
  "ledger.figures": { command: ShowFigures; answer: Figures };
  "ledger.movements": { command: ListMovements; answer: MovementPage };
  "ledger.pay_out": { command: PayOut; answer: Payout };
  "ledger.payout_account": { command: ShowPayoutAccount; answer: PayoutAccount };
  "ledger.payouts": { command: ListPayouts; answer: PayoutPage };
  "ledger.preview_payouts": { command: PreviewPayouts; answer: EarningsPage };
  "ledger.set_commission_rate": { command: SetCommissionRate; answer: CommissionRate };
  "ledger.set_payout_account": { command: SetPayoutAccount; answer: PayoutAccount };
  "ledger.totals": { command: ShowTotals; answer: LedgerTotals };
  "media.add": { command: AddMedia; answer: Media };
  "media.arrange": { command: ArrangeMedia; answer: readonly Media[] };
  "media.list": { command: ListMedia; answer: readonly Media[] };
  "media.remove": { command: RemoveMedia; answer: Done };
  "orders.accept": { command: AcceptOrder; answer: Order };
  "orders.cancel": { command: CancelOrder; answer: Order };
  "orders.cancel_guest": { command: CancelGuestOrder; answer: Order };
  "orders.deliver": { command: DeliverOrder; answer: Order };
  "orders.edit": { command: EditOrder; answer: Order };
  "orders.edit_guest": { command: EditGuestOrder; answer: Order };
  "orders.events": { command: ListOrderEvents; answer: TimelineEntryPage };
  "orders.events_guest": { command: ListGuestOrderEvents; answer: TimelineEntryPage };
  "orders.list": { command: ListOrders; answer: OrderPage };
  "orders.list_all": { command: ListAllOrders; answer: OrderPage };
  "orders.list_for_seller": { command: ListSellerOrders; answer: OrderPage };
  "orders.note": { command: NoteOnOrder; answer: Order };
  "orders.performance": { command: ShowPerformance; answer: SellerPerformance };
  "orders.reject": { command: RejectOrder; answer: Order };
  "orders.reorder": { command: Reorder; answer: Cart };
  "orders.set_status": { command: SetOrderStatus; answer: Order };
  "orders.ship": { command: ShipOrder; answer: Order };
  "orders.show": { command: ShowOrder; answer: Order };
  "orders.show_for_seller": { command: ShowSellerOrder; answer: Order };
  "orders.show_guest": { command: ShowGuestOrder; answer: Order };
  "orders.track": { command: TrackOrder; answer: OrderTracking };
  "payments.add_method": { command: AddMethod; answer: MethodSetup };
  "payments.cancel_transfer": { command: CancelTransfer; answer: Transfer };
  "payments.confirm": { command: ConfirmPayment; answer: Payment };
  "payments.create_intent": { command: CreateIntent; answer: PaymentIntent };
  "payments.disputes": { command: ListDisputes; answer: DisputePage };
  "payments.gateway": { command: ShowGateway; answer: ShownGateway };
  "payments.list": { command: ListPayments; answer: PaymentPage };
  "payments.list_methods": { command: ListMethods; answer: readonly SavedMethod[] };
  "payments.list_refunds": { command: ListRefunds; answer: PaymentRefundPage };
  "payments.list_transfers": { command: ListTransfers; answer: TransferPage };
  "payments.list_transfers_back": { command: ListTransfersBack; answer: readonly TransferBack[] };
  "payments.receipt": { command: ShowReceipt; answer: Receipt };
  "payments.receive_transfer": { command: ReceiveTransfer; answer: Transfer };
  "payments.refund": { command: RefundPayment; answer: PaymentRefund };
  "payments.remove_method": { command: RemoveMethod; answer: Done };
  "payments.send_by_hand": { command: SendRefundByHand; answer: PaymentRefund };
  "payments.send_transfer_back": { command: SendTransferBack; answer: TransferBack };
  "payments.set_default_method": { command: SetDefaultMethod; answer: SavedMethod };
  "payments.show": { command: ShowPayment; answer: Payment };
  "payments.show_transfer": { command: ShowTransfer; answer: Transfer };
  "prices.create_tier": { command: CreatePriceTier; answer: PriceTier };
  "prices.delete_tier": { command: DeletePriceTier; answer: Done };
  "prices.edit_tier": { command: EditPriceTier; answer: PriceTier };
  "prices.list_tiers": { command: ListPriceTiers; answer: readonly PriceTier[] };
  "prices.show_history": { command: ShowPriceHistory; answer: PriceHistory };
  "promotions.simulate": { command: SimulatePromotions; answer: Quote };
  "returns.approve": { command: ApproveReturn; answer: Return };
  "returns.cancel": { command: CancelReturn; answer: Return };
  "returns.exchange": { command: ExchangeReturn; answer: Return };
  "returns.list": { command: ListReturns; answer: ReturnPage };
  "returns.list_guest": { command: ListGuestReturns; answer: ReturnPage };
  "returns.receive": { command: ReceiveReturn; answer: Return };
  "returns.refund": { command: RefundReturn; answer: Return };
  "returns.reject": { command: RejectReturn; answer: Return };
  "returns.request": { command: RequestReturn; answer: Return };
  "returns.send": { command: SendReturn; answer: Return };
  "returns.ship_replacement": { command: ShipReplacement; answer: Return };
  "returns.show": { command: ShowReturn; answer: Return };
  "reviews.edit": { command: EditReview; answer: Review };
  "reviews.list": { command: ListReviews; answer: ReviewPage };
  "reviews.list_reported": { command: ListReportedReviews; answer: ReportedReviewPage };
  "reviews.moderate": { command: ModerateReview; answer: Review };
  "reviews.remove": { command: RemoveReview; answer: Done };
  "reviews.report": { command: ReportReview; answer: Done };
  "reviews.summary": { command: SummarizeReviews; answer: Rating };
  "reviews.vote": { command: VoteHelpful; answer: Review };
  "reviews.write": { command: WriteReview; answer: Review };
  "roles.create": { command: CreateRole; answer: RoleShown };
  "roles.edit": { command: EditRole; answer: RoleShown };
  "roles.list": { command: ListRoles; answer: RoleShownPage };
  "roles.list_permissions": { command: ListPermissions; answer: strPage };
  "sellers.apply": { command: ApplyToSell; answer: SellerApplication };
  "sellers.approve": { command: ApproveApplication; answer: SellerApplication };
  "sellers.edit": { command: EditStore; answer: StorePage };
  "sellers.edit_settings": { command: EditSettings; answer: SellerSettings };
  "sellers.list": { command: ListSellers; answer: SellerPage };
  "sellers.list_applications": { command: ListApplications; answer: SellerApplicationPage };
  "sellers.list_products": { command: ListStoreProducts; answer: ProductCardPage };
  "sellers.reinstate": { command: ReinstateSeller; answer: SellerSettings };
  "sellers.reject": { command: RejectApplication; answer: SellerApplication };
  "sellers.set_taxation": { command: SetSellerTaxation; answer: SellerSettings };
  "sellers.show": { command: ShowStore; answer: StorePage };
  "sellers.show_own_application": { command: ShowOwnApplication; answer: SellerApplication };
  "sellers.show_settings": { command: ShowSettings; answer: SellerSettings };
  "sellers.suspend": { command: SuspendSeller; answer: SellerSettings };
  "shipping.list_rates": { command: ListShippingRates; answer: readonly ShippingRate[] };
  "shipping.remove_rate": { command: RemoveShippingRate; answer: Done };
  "shipping.set_rate": { command: SetShippingRate; answer: ShippingRate };
  "staff.accept": { command: AcceptInvitation; answer: StaffMember };
  "staff.edit": { command: EditStaff; answer: StaffMember };
  "staff.invite": { command: InviteStaff; answer: StaffInvitation };
  "staff.leave": { command: LeaveSeller; answer: Done };
  "staff.list": { command: ListStaff; answer: StaffMemberPage };
  "staff.list_invitations": { command: ListInvitations; answer: StaffInvitationPage };
  "staff.remove": { command: RemoveStaff; answer: Done };
  "staff.withdraw": { command: WithdrawInvitation; answer: Done };
  "system.time": { command: TellTime; answer: ServerTime };
  "taxes.check_vat_number": { command: CheckVatNumber; answer: TaxExemption };
  "taxes.delete_zone": { command: DeleteTaxZone; answer: Done };
  "taxes.grant_exemption": { command: GrantTaxExemption; answer: TaxExemption };
  "taxes.list_exemptions": { command: ListTaxExemptions; answer: TaxExemptionPage };
  "taxes.list_own_exemptions": { command: ListOwnTaxExemptions; answer: TaxExemptionPage };
  "taxes.list_zones": { command: ListTaxZones; answer: readonly Zone[] };
  "taxes.revoke_exemption": { command: RevokeTaxExemption; answer: TaxExemption };
  "taxes.save_zone": { command: SaveTaxZone; answer: Zone };
  "users.disable": { command: DisableUser; answer: User };
  "users.edit": { command: EditUser; answer: User };
  "users.enable": { command: EnableUser; answer: User };
  "users.find": { command: FindPeople; answer: PersonFoundPage };
  "users.list": { command: ListUsers; answer: UserPage };
  "users.reset_two_factor": { command: ResetTwoFactor; answer: User };
  "users.set_roles": { command: SetRoles; answer: User };
  "users.show": { command: ShowUser; answer: User };
}

/** Where the same operations are over HTTP, under /api/v1: `{name}` in a path is a field of the command. */
export const routes = {
  "accounts.begin_social": { verb: "POST", path: "/auth/social/{provider}" },
  "accounts.change_email": { verb: "POST", path: "/auth/email/change" },
  "accounts.change_password": { verb: "POST", path: "/auth/password/change" },
  "accounts.disable_two_factor": { verb: "POST", path: "/auth/2fa/disable" },
  "accounts.edit_me": { verb: "PUT", path: "/me" },
  "accounts.end_other_sessions": { verb: "DELETE", path: "/security/sessions" },
  "accounts.end_session": { verb: "DELETE", path: "/security/sessions/{session_id}" },
  "accounts.finish_social": { verb: "POST", path: "/auth/social/{provider}/callback" },
  "accounts.forget_password": { verb: "POST", path: "/auth/password/forgot" },
  "accounts.issue_socket_token": { verb: "POST", path: "/auth/ws-token" },
  "accounts.list_linked": { verb: "GET", path: "/me/social" },
  "accounts.list_providers": { verb: "GET", path: "/auth/social" },
  "accounts.list_sessions": { verb: "GET", path: "/security/sessions" },
  "accounts.log_in": { verb: "POST", path: "/auth/login" },
  "accounts.log_in_with_code": { verb: "POST", path: "/auth/2fa/login" },
  "accounts.log_out": { verb: "POST", path: "/auth/logout" },
  "accounts.permissions": { verb: "GET", path: "/me/permissions" },
  "accounts.refresh": { verb: "POST", path: "/auth/refresh" },
  "accounts.register": { verb: "POST", path: "/auth/register" },
  "accounts.renew_recovery_codes": { verb: "POST", path: "/auth/2fa/recovery-codes" },
  "accounts.reset_password": { verb: "POST", path: "/auth/password/reset" },
  "accounts.restrict": { verb: "PUT", path: "/me/ip-whitelist" },
  "accounts.send_verification": { verb: "POST", path: "/auth/verify-email/send" },
  "accounts.set_up_two_factor": { verb: "POST", path: "/auth/2fa/setup" },
  "accounts.unlink": { verb: "POST", path: "/me/social/{provider}/unlink" },
  "accounts.verify_email": { verb: "POST", path: "/auth/verify-email" },
  "accounts.verify_two_factor": { verb: "POST", path: "/auth/2fa/verify" },
  "accounts.who_am_i": { verb: "GET", path: "/me" },
  "acl.grant": { verb: "POST", path: "/acl" },
  "acl.list": { verb: "GET", path: "/acl" },
  "acl.list_grantable": { verb: "GET", path: "/acl/grantable" },
  "acl.revoke": { verb: "DELETE", path: "/acl/{grant_id}" },
  "addresses.add": { verb: "POST", path: "/me/addresses" },
  "addresses.change": { verb: "PUT", path: "/me/addresses/{address_id}" },
  "addresses.describe": { verb: "GET", path: "/addresses/rules" },
  "addresses.list": { verb: "GET", path: "/me/addresses" },
  "addresses.remove": { verb: "DELETE", path: "/me/addresses/{address_id}" },
  "addresses.show": { verb: "GET", path: "/me/addresses/{address_id}" },
  "api_keys.create": { verb: "POST", path: "/api-keys" },
  "api_keys.list": { verb: "GET", path: "/api-keys" },
  "api_keys.list_scopes": { verb: "GET", path: "/api-keys/scopes" },
  "api_keys.revoke": { verb: "DELETE", path: "/api-keys/{key_id}" },
  "audit.check": { verb: "GET", path: "/audit/check" },
  "audit.list": { verb: "GET", path: "/audit/logs" },
  "back_in_stock.ask": { verb: "POST", path: "/products/{product_id}/back-in-stock" },
  "back_in_stock.list": { verb: "GET", path: "/back-in-stock" },
  "back_in_stock.withdraw": { verb: "DELETE", path: "/back-in-stock/{wish_id}" },
  "campaigns.create": { verb: "POST", path: "/campaigns" },
  "campaigns.delete": { verb: "DELETE", path: "/campaigns/{campaign_id}" },
  "campaigns.edit": { verb: "PUT", path: "/campaigns/{campaign_id}" },
  "campaigns.list": { verb: "GET", path: "/campaigns" },
  "campaigns.list_own": { verb: "GET", path: "/seller/campaigns" },
  "campaigns.show": { verb: "GET", path: "/campaigns/{campaign_id}" },
  "carts.abandoned": { verb: "GET", path: "/carts/abandoned" },
  "carts.add": { verb: "POST", path: "/cart/items" },
  "carts.choose_reminders": { verb: "PUT", path: "/cart/reminders" },
  "carts.clear": { verb: "DELETE", path: "/cart" },
  "carts.copy": { verb: "POST", path: "/cart/shared/{share_id}/copy" },
  "carts.edit": { verb: "POST", path: "/cart/edits" },
  "carts.enter_coupon": { verb: "POST", path: "/cart/coupon" },
  "carts.merge": { verb: "POST", path: "/cart/merge" },
  "carts.recover": { verb: "POST", path: "/carts/{cart_id}/recover" },
  "carts.recovery": { verb: "GET", path: "/carts/recovery" },
  "carts.remove": { verb: "DELETE", path: "/cart/items/{variant_id}" },
  "carts.remove_coupon": { verb: "DELETE", path: "/cart/coupon/{code}" },
  "carts.restore": { verb: "POST", path: "/cart/restore" },
  "carts.set_quantity": { verb: "PUT", path: "/cart/items/{variant_id}" },
  "carts.share": { verb: "POST", path: "/cart/shares" },
  "carts.shared": { verb: "GET", path: "/cart/shared/{share_id}" },
  "carts.shares": { verb: "GET", path: "/cart/shares" },
  "carts.show": { verb: "GET", path: "/cart" },
  "carts.totals": { verb: "GET", path: "/cart/totals" },
  "carts.unshare": { verb: "DELETE", path: "/cart/shares/{share_id}" },
  "catalog.add_variant": { verb: "POST", path: "/products/{product_id}/variants" },
  "catalog.approve_product": { verb: "POST", path: "/products/{product_id}/approve" },
  "catalog.archive_product": { verb: "DELETE", path: "/products/{product_id}" },
  "catalog.create_attribute": { verb: "POST", path: "/attributes" },
  "catalog.create_brand": { verb: "POST", path: "/brands" },
  "catalog.create_category": { verb: "POST", path: "/categories" },
  "catalog.create_product": { verb: "POST", path: "/products" },
  "catalog.delete_category": { verb: "DELETE", path: "/categories/{category_id}" },
  "catalog.edit_attribute": { verb: "PUT", path: "/attributes/{attribute_id}" },
  "catalog.edit_brand": { verb: "PUT", path: "/brands/{brand_id}" },
  "catalog.edit_category": { verb: "PUT", path: "/categories/{category_id}" },
  "catalog.edit_product": { verb: "PUT", path: "/products/{product_id}" },
  "catalog.edit_variant": { verb: "PUT", path: "/variants/{variant_id}" },
  "catalog.list_attributes": { verb: "GET", path: "/attributes" },
  "catalog.list_brands": { verb: "GET", path: "/brands" },
  "catalog.list_categories": { verb: "GET", path: "/categories" },
  "catalog.list_offers": { verb: "GET", path: "/products/{product_id}/offers" },
  "catalog.list_products": { verb: "GET", path: "/products" },
  "catalog.list_seller_products": { verb: "GET", path: "/seller/products" },
  "catalog.list_variants": { verb: "GET", path: "/products/{product_id}/variants" },
  "catalog.list_waiting_products": { verb: "GET", path: "/moderation/products" },
  "catalog.make_offer": { verb: "POST", path: "/offers" },
  "catalog.publish_product": { verb: "POST", path: "/products/{product_id}/publish" },
  "catalog.reject_product": { verb: "POST", path: "/products/{product_id}/reject" },
  "catalog.remove_variant": { verb: "DELETE", path: "/variants/{variant_id}" },
  "catalog.set_moderation": { verb: "PUT", path: "/moderation/policy" },
  "catalog.set_price": { verb: "PUT", path: "/variants/{variant_id}/price" },
  "catalog.set_seller_moderation": { verb: "PUT", path: "/sellers/{seller_id}/moderation" },
  "catalog.set_stock": { verb: "PUT", path: "/inventory/{variant_id}" },
  "catalog.show_category": { verb: "GET", path: "/categories/{category_id}" },
  "catalog.show_moderation": { verb: "GET", path: "/moderation/policy" },
  "catalog.show_product": { verb: "GET", path: "/products/{product}" },
  "catalog.show_seller_moderation": { verb: "GET", path: "/sellers/{seller_id}/moderation" },
  "catalog.show_standing": { verb: "GET", path: "/products/{product_id}/standing" },
  "catalog.unpublish_product": { verb: "POST", path: "/products/{product_id}/unpublish" },
  "checkout.begin": { verb: "POST", path: "/checkout" },
  "checkout.cancel": { verb: "DELETE", path: "/checkout/{checkout_id}" },
  "checkout.complete": { verb: "POST", path: "/checkout/{checkout_id}/complete" },
  "checkout.set_address": { verb: "PUT", path: "/checkout/{checkout_id}/address" },
  "checkout.set_shipping": { verb: "PUT", path: "/checkout/{checkout_id}/shipping" },
  "checkout.show": { verb: "GET", path: "/checkout/{checkout_id}" },
  "coupons.best": { verb: "POST", path: "/coupons/best" },
  "coupons.create": { verb: "POST", path: "/coupons" },
  "coupons.deactivate": { verb: "POST", path: "/coupons/{coupon_id}/deactivate" },
  "coupons.delete": { verb: "DELETE", path: "/coupons/{coupon_id}" },
  "coupons.edit": { verb: "PUT", path: "/coupons/{coupon_id}" },
  "coupons.generate": { verb: "POST", path: "/coupons/generate" },
  "coupons.list": { verb: "GET", path: "/coupons" },
  "coupons.list_uses": { verb: "GET", path: "/coupons/{coupon_id}/usage" },
  "coupons.show": { verb: "GET", path: "/coupons/{coupon_id}" },
  "coupons.show_performance": { verb: "GET", path: "/coupons/{coupon_id}/performance" },
  "coupons.validate": { verb: "POST", path: "/coupons/validate" },
  "disputes.list": { verb: "GET", path: "/disputes" },
  "disputes.list_guest": { verb: "GET", path: "/guest-orders/{order_key}/disputes" },
  "disputes.open": { verb: "POST", path: "/disputes" },
  "disputes.reply": { verb: "POST", path: "/disputes/{dispute_id}/reply" },
  "disputes.resolve": { verb: "POST", path: "/disputes/{dispute_id}/resolve" },
  "disputes.show": { verb: "GET", path: "/disputes/{dispute_id}" },
  "evidence.add": { verb: "POST", path: "/evidence" },
  "evidence.list": { verb: "GET", path: "/evidence" },
  "evidence.show": { verb: "GET", path: "/evidence/{evidence_id}" },
  "flash_sales.cancel": { verb: "POST", path: "/flash-sales/{sale_id}/cancel" },
  "flash_sales.challenge": { verb: "GET", path: "/flash-sales/{sale_id}/challenge" },
  "flash_sales.claim": { verb: "POST", path: "/flash-sales/{sale_id}/claim" },
  "flash_sales.create": { verb: "POST", path: "/flash-sales" },
  "flash_sales.do_not_remind": { verb: "DELETE", path: "/flash-sales/{sale_id}/remind" },
  "flash_sales.draw": { verb: "GET", path: "/flash-sales/{sale_id}/draw" },
  "flash_sales.edit": { verb: "PUT", path: "/flash-sales/{sale_id}" },
  "flash_sales.end": { verb: "POST", path: "/flash-sales/{sale_id}/end" },
  "flash_sales.give_back": { verb: "DELETE", path: "/flash-sales/{sale_id}/claim" },
  "flash_sales.join": { verb: "POST", path: "/flash-sales/{sale_id}/join" },
  "flash_sales.leave": { verb: "DELETE", path: "/flash-sales/{sale_id}/join" },
  "flash_sales.ledger": { verb: "GET", path: "/flash-sales/{sale_id}/ledger" },
  "flash_sales.list": { verb: "GET", path: "/flash-sales" },
  "flash_sales.my_claims": { verb: "GET", path: "/flash-sales/{sale_id}/claims" },
  "flash_sales.pay": { verb: "POST", path: "/flash-sales/{sale_id}/claims/{claim_id}/pay" },
  "flash_sales.position": { verb: "GET", path: "/flash-sales/{sale_id}/position" },
  "flash_sales.remind": { verb: "POST", path: "/flash-sales/{sale_id}/remind" },
  "flash_sales.show": { verb: "GET", path: "/flash-sales/{sale_id}" },
  "groups.add": { verb: "PUT", path: "/customer-groups/{name}/members/{user_id}" },
  "groups.create": { verb: "POST", path: "/customer-groups" },
  "groups.delete": { verb: "DELETE", path: "/customer-groups/{name}" },
  "groups.edit": { verb: "PUT", path: "/customer-groups/{name}" },
  "groups.list": { verb: "GET", path: "/customer-groups" },
  "groups.list_members": { verb: "GET", path: "/customer-groups/{name}/members" },
  "groups.remove": { verb: "DELETE", path: "/customer-groups/{name}/members/{user_id}" },
  "imports.list": { verb: "GET", path: "/bulk/jobs" },
  "imports.list_errors": { verb: "GET", path: "/bulk/jobs/{import_id}/errors" },
  "imports.show": { verb: "GET", path: "/bulk/jobs/{import_id}" },
  "imports.start": { verb: "POST", path: "/import/products" },
  "inventory.adjust": { verb: "POST", path: "/inventory/adjust" },
  "inventory.create_warehouse": { verb: "POST", path: "/warehouses" },
  "inventory.edit_warehouse": { verb: "PUT", path: "/warehouses/{warehouse_id}" },
  "inventory.list": { verb: "GET", path: "/inventory" },
  "inventory.list_low": { verb: "GET", path: "/inventory/low-stock" },
  "inventory.list_movements": { verb: "GET", path: "/inventory/movements" },
  "inventory.list_warehouses": { verb: "GET", path: "/warehouses" },
  "inventory.set_threshold": { verb: "PUT", path: "/inventory/thresholds" },
  "inventory.show": { verb: "GET", path: "/inventory/{variant_id}" },
  "inventory.transfer": { verb: "POST", path: "/stock-transfers" },
  "invoices.packing_slip": { verb: "GET", path: "/seller/orders/{order_id}/packing-slip" },
  "invoices.show": { verb: "GET", path: "/orders/{order_id}/invoice" },
  "invoices.show_guest": { verb: "GET", path: "/guest-orders/{order_key}/invoice" },
  "ledger.balance": { verb: "GET", path: "/sellers/{seller_id}/balance" },
  "ledger.change_commission_rate": { verb: "PUT", path: "/commission-rates/{rate_id}" },
  "ledger.commission_rates": { verb: "GET", path: "/commission-rates" },
  "ledger.commissions": { verb: "GET", path: "/commissions" },
  "ledger.complete_payout": { verb: "POST", path: "/payouts/{payout_id}/complete" },
  "ledger.earnings": { verb: "GET", path: "/sellers/{seller_id}/earnings" },
  "ledger.figures": { verb: "GET", path: "/figures" },
  "ledger.movements": { verb: "GET", path: "/ledger" },
  "ledger.pay_out": { verb: "POST", path: "/payouts" },
  "ledger.payout_account": { verb: "GET", path: "/sellers/{seller_id}/payout-account" },
  "ledger.payouts": { verb: "GET", path: "/payouts" },
  "ledger.preview_payouts": { verb: "GET", path: "/payouts/preview" },
  "ledger.set_commission_rate": { verb: "POST", path: "/commission-rates" },
  "ledger.set_payout_account": { verb: "PUT", path: "/sellers/{seller_id}/payout-account" },
  "ledger.totals": { verb: "GET", path: "/ledger/totals" },
  "media.add": { verb: "POST", path: "/products/{product_id}/media" },
  "media.arrange": { verb: "PUT", path: "/products/{product_id}/media" },
  "media.list": { verb: "GET", path: "/products/{product_id}/media" },
  "media.remove": { verb: "DELETE", path: "/media/{media_id}" },
  "orders.accept": { verb: "POST", path: "/seller/orders/{order_id}/accept" },
  "orders.cancel": { verb: "POST", path: "/orders/{order_id}/cancel" },
  "orders.cancel_guest": { verb: "POST", path: "/guest-orders/{order_key}/cancel" },
  "orders.deliver": { verb: "POST", path: "/seller/orders/{order_id}/deliver" },
  "orders.edit": { verb: "PUT", path: "/orders/{order_id}" },
  "orders.edit_guest": { verb: "PUT", path: "/guest-orders/{order_key}" },
  "orders.events": { verb: "GET", path: "/orders/{order_id}/events" },
  "orders.events_guest": { verb: "GET", path: "/guest-orders/{order_key}/events" },
  "orders.list": { verb: "GET", path: "/orders" },
  "orders.list_all": { verb: "GET", path: "/manager/orders" },
  "orders.list_for_seller": { verb: "GET", path: "/seller/orders" },
  "orders.note": { verb: "POST", path: "/orders/{order_id}/notes" },
  "orders.performance": { verb: "GET", path: "/sellers/{seller_id}/performance" },
  "orders.reject": { verb: "POST", path: "/seller/orders/{order_id}/reject" },
  "orders.reorder": { verb: "POST", path: "/orders/{order_id}/reorder" },
  "orders.set_status": { verb: "PUT", path: "/orders/{order_id}/status" },
  "orders.ship": { verb: "POST", path: "/seller/orders/{order_id}/ship" },
  "orders.show": { verb: "GET", path: "/orders/{order_id}" },
  "orders.show_for_seller": { verb: "GET", path: "/seller/orders/{order_id}" },
  "orders.show_guest": { verb: "GET", path: "/guest-orders/{order_key}" },
  "orders.track": { verb: "GET", path: "/orders/{order_id}/tracking" },
  "payments.add_method": { verb: "POST", path: "/payments/methods" },
  "payments.cancel_transfer": { verb: "DELETE", path: "/payments/{payment_id}/transfer" },
  "payments.confirm": { verb: "POST", path: "/payments/confirm" },
  "payments.create_intent": { verb: "POST", path: "/payments/create-intent" },
  "payments.disputes": { verb: "GET", path: "/payments/disputes" },
  "payments.gateway": { verb: "GET", path: "/payments/gateway" },
  "payments.list": { verb: "GET", path: "/payments/history" },
  "payments.list_methods": { verb: "GET", path: "/payments/methods" },
  "payments.list_refunds": { verb: "GET", path: "/payments/refunds" },
  "payments.list_transfers": { verb: "GET", path: "/payments/transfers" },
  "payments.list_transfers_back": { verb: "GET", path: "/payments/transfers/back" },
  "payments.receipt": { verb: "GET", path: "/payments/{payment_id}/receipt" },
  "payments.receive_transfer": { verb: "POST", path: "/payments/{payment_id}/transfer/receive" },
  "payments.refund": { verb: "POST", path: "/payments/{payment_id}/refund" },
  "payments.remove_method": { verb: "DELETE", path: "/payments/methods/{method_id}" },
  "payments.send_by_hand": { verb: "POST", path: "/payments/{payment_id}/refunds/{refund_id}/by-hand" },
  "payments.send_transfer_back": { verb: "POST", path: "/payments/transfers/back/{refund_id}" },
  "payments.set_default_method": { verb: "PUT", path: "/payments/methods/{method_id}/default" },
  "payments.show": { verb: "GET", path: "/payments/{payment_id}" },
  "payments.show_transfer": { verb: "GET", path: "/payments/{payment_id}/transfer" },
  "prices.create_tier": { verb: "POST", path: "/price-tiers" },
  "prices.delete_tier": { verb: "DELETE", path: "/price-tiers/{tier_id}" },
  "prices.edit_tier": { verb: "PUT", path: "/price-tiers/{tier_id}" },
  "prices.list_tiers": { verb: "GET", path: "/price-tiers" },
  "prices.show_history": { verb: "GET", path: "/variants/{variant_id}/price-history" },
  "promotions.simulate": { verb: "POST", path: "/promotions/simulate" },
  "returns.approve": { verb: "POST", path: "/returns/{return_id}/approve" },
  "returns.cancel": { verb: "POST", path: "/returns/{return_id}/cancel" },
  "returns.exchange": { verb: "POST", path: "/returns/{return_id}/exchange" },
  "returns.list": { verb: "GET", path: "/returns" },
  "returns.list_guest": { verb: "GET", path: "/guest-orders/{order_key}/returns" },
  "returns.receive": { verb: "POST", path: "/returns/{return_id}/receive" },
  "returns.refund": { verb: "POST", path: "/returns/{return_id}/refund" },
  "returns.reject": { verb: "POST", path: "/returns/{return_id}/reject" },
  "returns.request": { verb: "POST", path: "/returns" },
  "returns.send": { verb: "POST", path: "/returns/{return_id}/send" },
  "returns.ship_replacement": { verb: "POST", path: "/returns/{return_id}/ship" },
  "returns.show": { verb: "GET", path: "/returns/{return_id}" },
  "reviews.edit": { verb: "PUT", path: "/reviews/{review_id}" },
  "reviews.list": { verb: "GET", path: "/products/{product_id}/reviews" },
  "reviews.list_reported": { verb: "GET", path: "/reviews/reported" },
  "reviews.moderate": { verb: "POST", path: "/reviews/{review_id}/moderate" },
  "reviews.remove": { verb: "DELETE", path: "/reviews/{review_id}" },
  "reviews.report": { verb: "POST", path: "/reviews/{review_id}/report" },
  "reviews.summary": { verb: "GET", path: "/products/{product_id}/reviews/summary" },
  "reviews.vote": { verb: "POST", path: "/reviews/{review_id}/helpful" },
  "reviews.write": { verb: "POST", path: "/products/{product_id}/reviews" },
  "roles.create": { verb: "POST", path: "/roles" },
  "roles.edit": { verb: "PUT", path: "/roles/{name}" },
  "roles.list": { verb: "GET", path: "/roles" },
  "roles.list_permissions": { verb: "GET", path: "/roles/permissions" },
  "sellers.apply": { verb: "POST", path: "/sellers/apply" },
  "sellers.approve": { verb: "POST", path: "/sellers/applications/{application_id}/approve" },
  "sellers.edit": { verb: "PUT", path: "/sellers/{seller_id}" },
  "sellers.edit_settings": { verb: "PUT", path: "/sellers/{seller_id}/settings" },
  "sellers.list": { verb: "GET", path: "/sellers" },
  "sellers.list_applications": { verb: "GET", path: "/sellers/applications" },
  "sellers.list_products": { verb: "GET", path: "/sellers/{seller}/products" },
  "sellers.reinstate": { verb: "POST", path: "/sellers/{seller_id}/reinstate" },
  "sellers.reject": { verb: "POST", path: "/sellers/applications/{application_id}/reject" },
  "sellers.set_taxation": { verb: "PUT", path: "/sellers/{seller_id}/taxation" },
  "sellers.show": { verb: "GET", path: "/sellers/{seller}" },
  "sellers.show_own_application": { verb: "GET", path: "/sellers/application" },
  "sellers.show_settings": { verb: "GET", path: "/sellers/{seller_id}/settings" },
  "sellers.suspend": { verb: "POST", path: "/sellers/{seller_id}/suspend" },
  "shipping.list_rates": { verb: "GET", path: "/shipping-rates" },
  "shipping.remove_rate": { verb: "DELETE", path: "/shipping-rates/{code}/{currency}" },
  "shipping.set_rate": { verb: "PUT", path: "/shipping-rates/{code}" },
  "staff.accept": { verb: "POST", path: "/seller/staff/accept" },
  "staff.edit": { verb: "PUT", path: "/seller/staff/{user_id}" },
  "staff.invite": { verb: "POST", path: "/seller/staff/invitations" },
  "staff.leave": { verb: "POST", path: "/seller/staff/leave" },
  "staff.list": { verb: "GET", path: "/seller/staff" },
  "staff.list_invitations": { verb: "GET", path: "/seller/staff/invitations" },
  "staff.remove": { verb: "DELETE", path: "/seller/staff/{user_id}" },
  "staff.withdraw": { verb: "DELETE", path: "/seller/staff/invitations/{invitation_id}" },
  "system.time": { verb: "GET", path: "/time" },
  "taxes.check_vat_number": { verb: "POST", path: "/tax-exemptions/{exemption_id}/check" },
  "taxes.delete_zone": { verb: "DELETE", path: "/tax-zones/{zone_id}" },
  "taxes.grant_exemption": { verb: "POST", path: "/tax-exemptions" },
  "taxes.list_exemptions": { verb: "GET", path: "/tax-exemptions" },
  "taxes.list_own_exemptions": { verb: "GET", path: "/tax-exemptions/own" },
  "taxes.list_zones": { verb: "GET", path: "/tax-zones" },
  "taxes.revoke_exemption": { verb: "POST", path: "/tax-exemptions/{exemption_id}/revoke" },
  "taxes.save_zone": { verb: "PUT", path: "/tax-zones/{zone_id}" },
  "users.disable": { verb: "POST", path: "/users/{user_id}/disable" },
  "users.edit": { verb: "PUT", path: "/users/{user_id}" },
  "users.enable": { verb: "POST", path: "/users/{user_id}/enable" },
  "users.find": { verb: "GET", path: "/people" },
  "users.list": { verb: "GET", path: "/users" },
  "users.reset_two_factor": { verb: "POST", path: "/users/{user_id}/2fa/reset" },
  "users.set_roles": { verb: "PUT", path: "/users/{user_id}/role" },
  "users.show": { verb: "GET", path: "/users/{user_id}" },
} as const;

/** What may be watched, by the part of the channel's name before the colon. */
export interface Channels {
  /** What concerns every admin. */
  admin: { kind: "log"; snapshot: Done; event: Registered };
  /** How many applications to sell wait for a decision, live. Managers and admins may watch. */
  applications: { kind: "state"; snapshot: ApplicationQueue; event: never };
  /** One cart, live on every tab and device. A person's only they may watch; a guest's whoever knows its id. */
  cart: { kind: "state"; snapshot: CartState; event: CartState };
  /** One checkout, live. A person's only they may watch; a guest's whoever knows its id. */
  checkout: { kind: "state"; snapshot: CheckoutState; event: CheckoutState };
  /** A dispute, live. Its customer, its seller, managers and admins may watch. */
  dispute: { kind: "log"; snapshot: OrderDispute; event: DisputeOpened | DisputeReplied | DisputeMoved | EvidenceAdded | EvidenceMade };
  /** What a seller earns, live. The seller, managers and admins may watch. */
  earnings: { kind: "log"; snapshot: Earnings; event: EarningsMoved };
  /** A guest's order, live, with its returns and disputes. Whoever has its key may watch. */
  guest_order: { kind: "log"; snapshot: Order; event: OrderMoved | ReturnRequested | ReturnMoved | DisputeOpened | DisputeReplied | DisputeMoved | EvidenceAdded | EvidenceMade };
  /** An import's progress, live. Its seller and admins may watch. */
  import: { kind: "state"; snapshot: ImportProgress; event: ImportProgress };
  /** Imports that were asked for. Admins may watch. */
  imports: { kind: "log"; snapshot: Done; event: ImportRequested };
  /** How many returns and disputes are not over, live. Managers and admins may watch. */
  matters: { kind: "state"; snapshot: MatterQueue; event: never };
  /** How many products wait for review, live. Managers and admins may watch. */
  moderation: { kind: "state"; snapshot: ModerationQueue; event: never };
  /** An order, live. Its customer, managers and admins may watch. */
  order: { kind: "log"; snapshot: Order; event: OrderPlaced | OrderMoved };
  /** A product with its prices, stock and rating, live. Anybody may watch one that is for sale, and nobody another. */
  product: { kind: "log"; snapshot: Product; event: ProductChanged | VariantChanged | ProductRated | ProductWithdrawn | MediaAdded | MediaMade | Restocked };
  /** A product while it is not for sale, live, for its seller, managers and admins. One for sale is watched as such. */
  product_desk: { kind: "log"; snapshot: Product; event: ProductChanged | VariantChanged | ProductRated | MediaAdded | MediaMade };
  /** A return, live. Its customer, its seller, managers and admins may watch. */
  return: { kind: "log"; snapshot: Return; event: ReturnRequested | ReturnMoved | EvidenceAdded | EvidenceMade };
  /** A sale as it is now: phase, units left, the line, the server's clock. Anybody may watch. */
  sale: { kind: "state"; snapshot: SaleState; event: SaleState };
  /** A sale as its seller watches it: line, holds, payments, revenue. Its seller, managers and admins may watch. */
  sale_desk: { kind: "state"; snapshot: SaleDesk; event: SaleDesk };
  /** Everything that happens in a sale. Its seller, managers and admins may watch. */
  sale_ledger: { kind: "log"; snapshot: SaleLedger; event: SaleCreated | SaleEdited | SaleDrawn | SaleEnded | SaleCancelled | SaleClosed | UnitsClaimed | PaymentStarted | PaymentFailed | UnitsPaid | UnitsGivenBack | ClaimLapsed | ClaimWithdrawn | LineJoined | LineLeft | PlaceEnded };
  /** What concerns a seller: orders, returns, disputes, low stock, reviews of their products decided, pictures that are to be reviewed. Who acts for them may watch; all their sockets do. */
  seller: { kind: "log"; snapshot: Seller; event: OrderPlaced | OrderMoved | ReturnRequested | ReturnMoved | DisputeOpened | DisputeReplied | DisputeMoved | StockLow | ProductReviewed | MediaAdded | MediaMade | SellerSuspended | SellerReinstated };
  /** Says when somebody's tax exemption was granted, checked or revoked. Managers and admins may watch. */
  tax_exemptions: { kind: "state"; snapshot: ExemptionsMoved; event: never };
  /** Says when transfers were promised, came, ended or went back. Managers and admins may watch. */
  transfers: { kind: "state"; snapshot: TransfersMoved; event: never };
  /** What concerns one person: claims, places, orders, devices, cart, what is back in stock. Only they may watch; all their sockets do. */
  user: { kind: "log"; snapshot: Belongings; event: UnitsClaimed | PaymentStarted | PaymentFailed | UnitsPaid | UnitsGivenBack | ClaimLapsed | ClaimWithdrawn | LineJoined | LineLeft | PlaceEnded | ReminderAsked | ReminderDropped | SaleStartsSoon | SaleCancelled | BackInStock | PaymentNeedsAction | PaymentPartRefunded | PaymentRefunded | PaymentRefundFailed | MethodsChanged | OrderPlaced | OrderMoved | SessionStarted | SessionEnded | CartAbandoned | CartExpired | ApplicationDecided | GroupsChanged | ExemptionChanged };
}

/** The channel of one thing: `channels.sale(sale_id)`. */
export const channels = {
  admin: () => `admin` as const,
  applications: () => `applications` as const,
  cart: (cart_id: Id) => `cart:${cart_id}` as const,
  checkout: (checkout_id: Id) => `checkout:${checkout_id}` as const,
  dispute: (dispute_id: Id) => `dispute:${dispute_id}` as const,
  earnings: (seller_id: Id) => `earnings:${seller_id}` as const,
  guest_order: (order_key: Id) => `guest_order:${order_key}` as const,
  import: (import_id: Id) => `import:${import_id}` as const,
  imports: () => `imports` as const,
  matters: () => `matters` as const,
  moderation: () => `moderation` as const,
  order: (order_id: Id) => `order:${order_id}` as const,
  product: (product_id: Id) => `product:${product_id}` as const,
  product_desk: (product_id: Id) => `product_desk:${product_id}` as const,
  return: (return_id: Id) => `return:${return_id}` as const,
  sale: (sale_id: Id) => `sale:${sale_id}` as const,
  sale_desk: (sale_id: Id) => `sale_desk:${sale_id}` as const,
  sale_ledger: (sale_id: Id) => `sale_ledger:${sale_id}` as const,
  seller: (seller_id: Id) => `seller:${seller_id}` as const,
  tax_exemptions: () => `tax_exemptions` as const,
  transfers: () => `transfers` as const,
  user: (user_id: Id) => `user:${user_id}` as const,
} as const;

/** Every refusal by its code, with its facts. */
export interface Refusals {
  /** The challenge was used, ran out or never was one. Sign in from the start. */
  "accounts.challenge_invalid": object;
  /** The account was closed by an admin. Told only to who knows the password. */
  "accounts.disabled": object;
  /** Not an address that mail can be delivered to (RFC 5321, 5322). */
  "accounts.email_invalid": { field: string };
  /** Somebody has an account with this e-mail. */
  "accounts.email_taken": { field: string };
  /** Not a network address, or none with the address in it that the caller comes from. */
  "accounts.network_unclear": { reason: string; field: string };
  /** Whoever has the account lets it be used from other networks only. Told only to who knows the password. */
  "accounts.not_from_here": object;
  /** Shorter than eight characters, or on the list of common ones (NIST SP 800-63B 5.1.1.2). */
  "accounts.password_weak": { reason: string; field: string };
  /** The provider does not answer, or not as it should. */
  "accounts.provider_down": { provider: string };
  /** One cannot sign in with that here. */
  "accounts.provider_not_found": { provider: string };
  /** The password is right; a code is needed as well. Send it with the challenge before `expires_at`. */
  "accounts.second_factor_needed": { challenge: string; expires_at: Time };
  /** The caller has no such session. */
  "accounts.session_not_found": object;
  /** There is an account with this address, and nobody has proven that it is the same person's. */
  "accounts.social_email_taken": object;
  /** It took too long, was done already, was begun elsewhere, or the provider does not vouch for the person. */
  "accounts.social_failed": object;
  /** The token of a mail was used, ran out, was made worthless by a later change, or never was one. */
  "accounts.token_invalid": { field: string };
  /** There is nothing to verify, disable or renew: it was not set up. */
  "accounts.two_factor_off": object;
  /** Signing in takes a code already. Disable it first. */
  "accounts.two_factor_on": object;
  /** Not a code of now, or one that was used. After five of them none is taken for a while, then for longer. */
  "accounts.wrong_code": { field: string };
  /** No account has this e-mail with this password. Which of the two is wrong is not told. */
  "accounts.wrong_credentials": object;
  /** The caller's present password is another one. */
  "accounts.wrong_password": { field: string };
  /** They have this grant already, under another id. */
  "acl.exists": object;
  /** A grant is to one person or to one role. */
  "acl.grantee_unclear": { field: string };
  /** There is no such grant. */
  "acl.not_found": object;
  /** Access lists are not honoured there. `possible` are the operations that they are honoured by. */
  "acl.not_grantable": { operation: string; possible: readonly string[]; field: string };
  /** Nobody has more grants than that: they are read with every sign-in. */
  "acl.too_many": { most: number };
  /** Nothing is known of how this country writes addresses. */
  "addresses.country_unknown": { country: string };
  /** It is no address of its country. `errors` says of each field whether it is `required` or `invalid`. */
  "addresses.invalid": { field: string; reason: string; errors: Readonly<Record<string, string>> };
  /** The caller has no such address. */
  "addresses.not_found": object;
  /** No telephone number of that country, nor of another one with its prefix (`+49 ...`). */
  "addresses.phone_invalid": { field: string };
  /** A book holds so many addresses. */
  "addresses.too_many": { most: number };
  /** The caller has no such key. */
  "api_keys.not_found": object;
  /** Somebody has at most so many keys that work. */
  "api_keys.too_many": { most: number };
  /** No key can be made for this. */
  "api_keys.unknown_scope": { scope: string; field: string };
  /** A guest says an e-mail to be written to. */
  "back_in_stock.recipient_needed": { field: string };
  /** There is no need to wait: `left` units are there. */
  "back_in_stock.still_there": { left: number };
  /** A field is missing, unknown, of the wrong type or out of bounds. `field` is its path, empty for the whole. */
  "bad_input": { field: string; reason: string };
  /** More is waiting than can be served soon, or who decides has not answered in time.

Mostly nothing was changed; where it was, the same command sent again, with its ids, finds what it did. */
  "busy": object;
  /** There is no such campaign, or it is not the caller's to see. */
  "campaigns.not_found": object;
  /** There is nothing in the cart. */
  "carts.empty": object;
  /** About one cart so many letters are sent, and no more for a while. */
  "carts.enough_letters": { most: number; days: number };
  /** The cart has as many different goods as it may have. */
  "carts.full": { most: number };
  /** The cart is empty, somebody is still busy with it, or what was in it was ordered. */
  "carts.in_use": object;
  /** No letter of ours has this link, or it is older than 30 days. */
  "carts.letter_invalid": object;
  /** The guest has signed in: the goods are in the account's cart, and edits go there. */
  "carts.moved": object;
  /** A guest has no cart of their own to mean: the id of one must be named. */
  "carts.needed": { field: string };
  /** No verified address is known, the account is disabled, or no such letters are wanted there. */
  "carts.nobody_to_remind": object;
  /** There is no such cart, or it is somebody else's. */
  "carts.not_found": object;
  /** There is no such link (any more). */
  "carts.share_not_found": object;
  /** As many links show the cart as may. End one first. */
  "carts.too_many_shares": { most: number };
  /** The caller's shop sells it already: `offer_id` is its variant. */
  "catalog.already_offered": { offer_id: Id };
  /** There is no such attribute. */
  "catalog.attribute_not_found": object;
  /** An attribute is not one of the product's category, has a value of another kind, or a required one is missing. */
  "catalog.attributes_unclear": { reason: string; field: string };
  /** There is no such brand. */
  "catalog.brand_not_found": object;
  /** Products, categories, attributes or commission rates refer to the category. */
  "catalog.category_in_use": object;
  /** There is no such category. */
  "catalog.category_not_found": object;
  /** A choice attribute has at least one choice, each once; others have none. */
  "catalog.choices_unclear": { field: string };
  /** Another attribute has this code. */
  "catalog.code_taken": { taken: string; field: string };
  /** A product keeps at least one variant. */
  "catalog.last_variant": object;
  /** The caller has the role but acts for no seller. */
  "catalog.no_shop": object;
  /** Nothing of the product waits for review, or it was decided otherwise. */
  "catalog.not_in_review": object;
  /** An offer names either the variant or its GTIN. */
  "catalog.offer_unclear": { field: string };
  /** A product cannot come off show before it goes on. */
  "catalog.plan_unclear": { field: string };
  /** There is no such product, or it is not for sale and not the caller's. */
  "catalog.product_not_found": object;
  /** One customer may buy `limit` units of the product in all; `left` more of them. */
  "catalog.purchase_limit_reached": { product_id: Id; limit: number; left: number };
  /** There is no such seller. */
  "catalog.seller_not_found": object;
  /** Another variant of the same seller has this SKU. */
  "catalog.sku_taken": { sku: string; field: string };
  /** Something of the same kind has this slug. */
  "catalog.slug_taken": { slug: string; field: string };
  /** Only a manager rejects a product, and only one that is in review. */
  "catalog.status_unclear": { field: string };
  /** The seller has sent something else since; its number is `current`. */
  "catalog.submission_outdated": { current: number };
  /** Categories nest eight levels at most, and none hangs below itself. */
  "catalog.too_deep": { field: string };
  /** An order or a flash sale refers to the variant, so it cannot be removed. */
  "catalog.variant_in_use": { sku: string };
  /** There is no such variant, or it is not the caller's. */
  "catalog.variant_not_found": object;
  /** Two variants have the same options, a variant has other options than its product, or a GTIN is misspelt. */
  "catalog.variants_unclear": { reason: string; field: string };
  /** A coupon that each customer may use so often only cannot be used by a guest. */
  "checkout.account_needed": object;
  /** Either an address is said or one of the book is named. */
  "checkout.address_missing": { field: string };
  /** A guest says an e-mail, to which the shop writes about the order. */
  "checkout.email_needed": { field: string };
  /** Something in the cart is not sold any more. Take it out first. */
  "checkout.goods_gone": { variant_id: Id };
  /** Fewer units are left than are in the cart: `left` of this variant. */
  "checkout.not_enough": { variant_id: Id; goods: string; left: number };
  /** There is no such checkout, or it is somebody else's. */
  "checkout.not_found": object;
  /** The checkout is over: its time ran out, it was replaced or completed. `state` says which. */
  "checkout.over": { state: string };
  /** A payment of this checkout has no outcome yet. Until then nothing about it changes. */
  "checkout.paying": { payment_id: Id };
  /** What is to be paid is not what the customer was shown: it is `total` now. Nothing was charged. */
  "checkout.price_changed": { total: Money };
  /** There is no such way of sending this. */
  "checkout.shipping_unknown": { field: string };
  /** Something must be said before it can be paid: `address`, `shipping`. */
  "checkout.step_missing": { step: string };
  /** Another coupon has the code. */
  "coupons.code_taken": { coupon: string; field: string };
  /** Orders have used the coupon: it can be switched off, not removed. */
  "coupons.in_use": object;
  /** There is no such coupon, or it is not the caller's. */
  "coupons.not_found": object;
  /** Somebody tries codes. `retry_after` seconds later the next is welcome. */
  "coupons.too_many_codes": { retry_after: number };
  /** No coupon can be used under this code now: there is none, it is over, or it was switched off. */
  "coupons.unknown": object;
  /** The last use has gone to somebody else; or `by_you`, all that this customer has. */
  "coupons.used_up": { coupon_id: Id; by_you: boolean };
  /** A page of another site tried to change something with the visitor's cookie. */
  "cross_site": object;
  /** There is a dispute about this already. */
  "disputes.already": { dispute_id: Id };
  /** There is no such dispute, or it is not the caller's. */
  "disputes.not_found": object;
  /** The seller has not answered, and has until `until`. */
  "disputes.not_heard": { until: Time };
  /** It is decided: nothing is added. */
  "disputes.over": object;
  /** Who is a side of a dispute does not decide it. */
  "disputes.partial": object;
  /** More than can still go back for it: `most` in minor units of `currency`. */
  "disputes.refund_too_large": { most: number; currency: string };
  /** A dispute is about one line, or about one return. */
  "disputes.subject_unclear": { field: string };
  /** The seller has until `until` to go on with the return. */
  "disputes.too_soon": { until: Time };
  /** There is no such picture, or it is not the caller's to see, or not ready to be. */
  "evidence.not_found": object;
  /** This side has shown as many pictures of it as it may. */
  "evidence.too_much": { most: number };
  /** A picture is of one return, or of one dispute. */
  "evidence.unclear": { field: string };
  /** The limit of this sale counts by delivery address: say where it goes. */
  "flash_sales.address_needed": { field: string };
  /** The caller has no such claim in this sale. */
  "flash_sales.claim_not_found": object;
  /** The claim holds no units any more, or they are paid for already. `state` says which. */
  "flash_sales.claim_over": { state: ClaimState };
  /** Whoever gave units or places up, or let holds lapse, 20 times in a sale gets no more of it. */
  "flash_sales.gave_up_too_often": { times: number };
  /** There is no draw to show: the sale has not started, or nobody was in its lobby. */
  "flash_sales.not_drawn": object;
  /** A sale takes its units out of the seller's stock, and fewer than asked for are there. */
  "flash_sales.not_enough_stock": { in_stock: number; field: string };
  /** There is no such sale. */
  "flash_sales.not_found": object;
  /** The sale has not started, is over or was cancelled. `phase` says which; `now` is the server's clock. */
  "flash_sales.not_open": { phase: Phase; start_time: Time; end_time: Time; now: Time };
  /** The sale has started, is over or was cancelled: there is no start to be reminded of. */
  "flash_sales.nothing_to_remind_of": { phase: Phase };
  /** The sale is over or cancelled and cannot be changed any more. */
  "flash_sales.over": { phase: Phase };
  /** A customer gets at most so many units of this sale, and so does a card or an address where the seller says so.

`have` are those held or bought already, counted `by` what it says. */
  "flash_sales.over_limit": { limit: number; have: number; by: LimitBy };
  /** A payment for the claim has no outcome yet. Nothing else can happen to the claim until it has. */
  "flash_sales.payment_under_way": { payment_id: Id };
  /** The caller has no such place in the line of this sale. */
  "flash_sales.place_not_found": object;
  /** The place was served or has ended. `state` says which. */
  "flash_sales.place_over": { state: PlaceState };
  /** The sale asks for a proof of work: solve a challenge (`flash_sales.challenge`) and send it along. */
  "flash_sales.proof_needed": object;
  /** The proof is no solution, is of somebody else or another sale, has expired or was used. Solve a new challenge. */
  "flash_sales.proof_wrong": object;
  /** Fewer units are free than were asked for, or others wait for them in line. `held` may come back.

`waiting` are the places in line. A sale whose units are all paid for takes no places either. */
  "flash_sales.sold_out": { left: number; held: number; waiting: number };
  /** The terms of a sale do not fit together, or no longer what was claimed. `field` names the culprit. */
  "flash_sales.terms_refused": { field: string; reason: string };
  /** Somebody is in the group. Take them out first. */
  "groups.not_empty": object;
  /** There is no such group. */
  "groups.not_found": { name: string };
  /** There is another group of this name. */
  "groups.taken": { name: string };
  /** The id was used before, for something else. The same id with the same content would have had the first answer. */
  "id_reused": object;
  /** The file is not UTF-8 text, or not CSV with the columns of a product export. `line` is where, if known. */
  "imports.file_unreadable": { reason: string; line: number };
  /** There is no such import, or it is not the caller's. */
  "imports.not_found": object;
  /** There is no such uploaded file, or it is not the caller's. */
  "imports.upload_not_found": { field: string };
  /** Something failed on our side, recorded under `trace`. The outcome of a change is unknown: send it again. */
  "internal": { trace: string };
  /** Another warehouse of the shop has this name. */
  "inventory.name_taken": { name: string; field: string };
  /** There are fewer units than should leave, or more than can be counted would be there. */
  "inventory.not_enough": { field: string };
  /** There is no such warehouse, or it is not of the variant's shop. */
  "inventory.warehouse_not_found": object;
  /** The order was cancelled before its invoice was due, or nobody has said where it goes: its taxes are not known. */
  "invoices.not_invoiced": object;
  /** The payment was not made, so there is no receipt. */
  "invoices.not_paid": object;
  /** The shop does not owe the seller so much. `available` is in minor units. */
  "ledger.balance_too_low": { available: number; currency: string };
  /** There is no such category to set a rate for. */
  "ledger.category_not_found": object;
  /** This is no IBAN: its length or its check digits are wrong. */
  "ledger.iban_invalid": { field: string };
  /** The seller has not said where to pay out to, or it is not the caller's to see. */
  "ledger.payout_account_not_found": object;
  /** There is no such payout. */
  "ledger.payout_not_found": object;
  /** The payout has had another outcome already. */
  "ledger.payout_over": { state: string };
  /** There is no such rate. */
  "ledger.rate_not_found": object;
  /** There is no such seller, or not for this caller. */
  "ledger.seller_not_found": object;
  /** The file is no picture that can be taken. `reason` says why. */
  "media.not_a_picture": { reason: string; field: string };
  /** There is no such picture, or its product is not the caller's. */
  "media.not_found": object;
  /** The product has as many pictures as it may. */
  "media.too_many": { most: number };
  /** The caller's role does not include this. */
  "not_allowed": object;
  /** Taxes and shipping were worked out for where it goes: the address must stay in its country and state. */
  "orders.address_elsewhere": { field: string };
  /** What was bought was limited by address: it goes where it was said to go, or is cancelled. */
  "orders.address_fixed": { field: string };
  /** Somebody changed it meanwhile: it is at `version` now. Look again, and decide again. */
  "orders.changed": { version: number };
  /** All money of the order went back: nothing of it is to be sent. Cancel it, and the units are in stock again. */
  "orders.given_back": object;
  /** A line is named twice. */
  "orders.line_named_twice": { line_id: Id; field: string };
  /** There is no such order, or it is not the caller's to see. */
  "orders.not_found": object;
  /** The order, or the part of it that is meant, is not where this can be done: `state` says where it is. */
  "orders.not_in_this_state": { state: string };
  /** Nothing is asked for that is not so already. */
  "orders.nothing_changes": object;
  /** A quantity may be lowered only: `quantity` is what it is. Order what is missing anew. */
  "orders.only_lower": { line_id: Id; quantity: number };
  /** This part of the order has no such parcel. */
  "orders.parcel_not_found": object;
  /** No line of the order is this seller's. */
  "orders.seller_not_in_order": object;
  /** Only `left` units of this line are left to be sent or cancelled. */
  "orders.too_many_units": { line_id: Id; left: number };
  /** The order has no such line, or it is another seller's. */
  "orders.unknown_line": { line_id: Id };
  /** The bank said no. The hold stays: another card may be tried. `reason` is the gateway's code. */
  "payments.declined": { reason: string };
  /** Who moves the money does not answer. Nothing was charged; send the same command again. */
  "payments.gateway_unavailable": object;
  /** No gateway of this name is in use here. */
  "payments.gateway_unknown": object;
  /** The saved card was good until the end of `month` of `year`. Nothing was charged. */
  "payments.method_expired": { month: number; year: number };
  /** The caller has saved no such method. */
  "payments.method_not_found": object;
  /** There is no such payment, or it is not the caller's. */
  "payments.not_found": object;
  /** There is nothing to be paid under this name, or it cannot be paid in this way. */
  "payments.not_payable": object;
  /** Nothing of the payment can go back: it did not succeed, or all of it goes back already. */
  "payments.not_refundable": { state: string };
  /** More than is left of the payment. `left` is in minor units of its `currency`. */
  "payments.refund_too_large": { left: number; currency: string };
  /** The message is not the gateway's, or too old. */
  "payments.signature_wrong": object;
  /** A person has so many methods saved at most. */
  "payments.too_many_methods": { most: number };
  /** What came is not what was to come: `expected`, in minor units of `currency`. Nothing changed. */
  "payments.transfer_differs": { expected: number; currency: string };
  /** There is no such transfer, or it is not the caller's. */
  "payments.transfer_not_found": object;
  /** This cannot be paid by bank transfer: the shop has no account for it, or the goods are not held for so long. */
  "payments.transfer_not_offered": object;
  /** The money is here: what it pays for is ordered, and is cancelled as an order. */
  "payments.transfer_received": object;
  /** There is no such price in a list, or it is not the caller's. */
  "prices.tier_not_found": object;
  /** The list has a price for this currency, group and number of units that begins at the same time. */
  "prices.tier_taken": object;
  /** A promotion or price names a group of customers that there is not. */
  "pricing.group_unknown": { group: string };
  /** A variant is not for sale in the currency that was asked for. */
  "pricing.no_price": { variant_id: Id; currency: string };
  /** The sum is more than can be charged. */
  "pricing.too_large": object;
  /** The terms contradict themselves or reach further than who made them may. */
  "promotions.unclear": { reason: string; field: string };
  /** Too many requests; `retry_after` seconds later the next is welcome. */
  "rate_limited": { retry_after: number };
  /** There is no such exchange. `reason` says why.

`other_product`, `dearer`, `not_sold`, `out_of_stock`, `not_asked`; `replaced_before`: what came in an exchange is exchanged for the same only. */
  "returns.cannot_exchange": { variant_id: Id; reason: string };
  /** The caller has bought no such line. */
  "returns.line_not_bought": { line_id: Id };
  /** A line is named twice, is not one of this return, or more came of it than were to come or can be sold again. */
  "returns.lines_unclear": { reason: string; field: string };
  /** There is no such return, or it is not the caller's to see or decide. */
  "returns.not_found": object;
  /** More than can go back for what was received: `most` in minor units of `currency`, and at least 1. */
  "returns.refund_too_large": { most: number; currency: string };
  /** The lines are of several sellers: return to each by itself. */
  "returns.sellers_differ": { field: string };
  /** Goods could be returned until `until`. */
  "returns.too_late": { until: Time };
  /** Only `left` units of this line can be returned: the others have not come, or go back already. */
  "returns.too_many": { line_id: Id; left: number };
  /** That cannot be done with a return in this `state`. */
  "returns.wrong_state": { state: ReturnState };
  /** The caller has reviewed this product: edit that one. */
  "reviews.already_reviewed": { review_id: Id };
  /** A hidden review cannot be removed. */
  "reviews.hidden": { reason: string };
  /** There is no such review, or it is not the caller's to see or change. */
  "reviews.not_found": object;
  /** Nobody reviews the goods of their own shop, nor what it offers beside others. */
  "reviews.own_product": object;
  /** Nobody finds their own review helpful, or reports it. */
  "reviews.own_review": object;
  /** What admins may do cannot be edited, and a role made by an admin cannot include everything. */
  "roles.fixed": object;
  /** There is no such role. */
  "roles.not_found": { name: string };
  /** There is another role of this name. */
  "roles.taken": { name: string };
  /** There is no such permission. */
  "roles.unknown_permission": { permission: string; field: string };
  /** The API key was not made for this. */
  "scope_missing": { scope: string };
  /** Somebody works for one seller at most, and this person does. */
  "sellers.already_selling": object;
  /** Somebody has decided about the application, and otherwise. */
  "sellers.application_is_decided": { state: string };
  /** There is no such application, or the caller has made none. */
  "sellers.application_not_found": object;
  /** The caller has an application that is not decided yet. */
  "sellers.application_open": object;
  /** The seller is suspended, and must not change what it says of itself. */
  "sellers.suspended": object;
  /** Not a VAT or tax number of that country: its form or its check digits are wrong. */
  "sellers.tax_number_invalid": { field: string };
  /** A name or an address that would mislead, or with signs in it that nobody sees. */
  "sellers.words_refused": { field: string; reason: string };
  /** The latest day is before the earliest. */
  "shipping.days_unclear": { field: string };
  /** The operation needs a signed-in caller. */
  "sign_in_needed": object;
  /** An invitation to this address waits for its answer. */
  "staff.already_invited": { field: string };
  /** The token was never given out, is used up, withdrawn or over, or was sent to another address. */
  "staff.invitation_invalid": object;
  /** The caller's seller has no such invitation. */
  "staff.invitation_not_found": object;
  /** Nobody of this id works for the caller's seller; for `staff.leave`, the caller works for none. */
  "staff.not_found": object;
  /** Nobody gives or takes a right that they have not themselves. */
  "staff.right_not_yours": { right: string };
  /** A seller has a hundred people and open invitations at most. */
  "staff.too_many": { most: number };
  /** The exemption would end before it begins, or is over already. */
  "taxes.exemption_is_over": { field: string };
  /** There is no such exemption. */
  "taxes.exemption_not_found": object;
  /** The exemption rests on another document than a VAT number of the EU. */
  "taxes.no_vat_number": object;
  /** Another tax zone has a place. */
  "taxes.place_taken": { place: string; field: string };
  /** Not a VAT number of any country that is known: its form or its check digits are wrong. */
  "taxes.vat_number_invalid": { field: string };
  /** There is no such tax zone. */
  "taxes.zone_not_found": object;
  /** Nobody would be left who may do everything. */
  "users.last_admin": object;
  /** There is no such person. */
  "users.not_found": object;
}

export type Tag = keyof Operations;
export type CommandOf<T extends Tag> = Operations[T]["command"];
export type AnswerOf<T extends Tag> = Operations[T]["answer"];

export type Noun = keyof Channels;
export type SnapshotOf<N extends Noun> = Channels[N]["snapshot"];
export type EventOf<N extends Noun> = Channels[N]["event"];
export type ChannelName<N extends Noun = Noun> = ReturnType<(typeof channels)[N]>;

export type Code = keyof Refusals;
/** A refusal as it travels: the members of RFC 9457, its stable code, and its facts. */
export type Problem<C extends Code = Code> = {
  [K in C]: {
    type: string;
    title: string;
    status: number;
    code: K;
    detail: string;
    /** Whether the very same command may succeed later without any change. */
    temporary: boolean;
    trace: string;
  } & Refusals[K];
}[C];
