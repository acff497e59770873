"""The services of all domains, each given what it needs; a part of the composition root.

Nothing here connects to anything: the lists of operations and channels can be had without a database.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import msgspec
import redis.asyncio as redis

from actors.flash_sale import KIND
from actors.flash_sale import messages as sale_messages
from actors.runtime.directory import Actors
from actors.runtime.ports import Placement, Store
from actors.user import KIND as USER_KIND
from actors.user import messages as user_messages
from fastshop.contract.flash_sales import USER, Belongings
from piccolo_conf import DB
from server.adapters.identity.oidc import OidcProvider
from server.adapters.limits.valkey import ValkeyAttempts, ValkeySocketTokens
from server.adapters.messaging.once import Once
from server.adapters.messaging.outbox import Outbox
from server.adapters.messaging.outbox_page import CallerOf, outbox_page
from server.adapters.messaging.smtp import SmtpMailer
from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.payments.simulated_bank import simulated_bank
from server.adapters.pricing.checkout import CheckoutPrices
from server.adapters.pricing.sales import SaleTaxes
from server.adapters.storage.local import LocalFiles
from server.documents.asyncapi import asyncapi
from server.documents.openapi import openapi
from server.domains.accounts import admin_operations
from server.domains.accounts import channels as account_channels
from server.domains.accounts import jobs as account_jobs
from server.domains.accounts import operations as account_operations
from server.domains.accounts.access import Access
from server.domains.accounts.administration import Administration
from server.domains.accounts.api_keys import ApiKeys
from server.domains.accounts.bearers import Bearers
from server.domains.accounts.believed import Believed
from server.domains.accounts.credentials import Credentials
from server.domains.accounts.emails import Emails
from server.domains.accounts.ending import Ending
from server.domains.accounts.letters import Letters
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.permitting import Permitting
from server.domains.accounts.ports import Sockets
from server.domains.accounts.roles import Roles
from server.domains.accounts.second_factor import SecondFactors
from server.domains.accounts.service import Accounts
from server.domains.accounts.sessions import Sessions
from server.domains.accounts.shopkeepers import Shopkeepers
from server.domains.accounts.social import Social
from server.domains.accounts.trying import Trying
from server.domains.addresses import operations as address_operations
from server.domains.addresses.service import Addresses
from server.domains.audit import operations as audit_operations
from server.domains.audit.service import Audit
from server.domains.carts import channels as cart_channels
from server.domains.carts import jobs as cart_jobs
from server.domains.carts import operations as cart_operations
from server.domains.carts.editing import Editing as CartEditing
from server.domains.carts.letters import CartLetters
from server.domains.carts.reading import Reading as CartReading
from server.domains.carts.recovered import Recovered as CartsRecovered
from server.domains.carts.recovering import Recovering as CartRecovering
from server.domains.carts.sharing import Sharing as CartSharing
from server.domains.carts.store import UserStore
from server.domains.catalog import channels as catalog_channels
from server.domains.catalog import jobs as catalog_jobs
from server.domains.catalog import operations as catalog_operations
from server.domains.catalog.attributes import Attributes
from server.domains.catalog.back_in_stock import Wishes
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.editing import Editing
from server.domains.catalog.limits import PurchaseLimits
from server.domains.catalog.moderating import Moderating
from server.domains.catalog.offers import Offers
from server.domains.catalog.pictures import Pictures
from server.domains.catalog.publishing import Publishing
from server.domains.catalog.ratings import Ratings
from server.domains.catalog.sellers_goods import SellersGoods
from server.domains.catalog.stock import Stock
from server.domains.catalog.submissions import Submissions
from server.domains.catalog.taxonomy import Taxonomy
from server.domains.catalog.variants import Variants
from server.domains.checkout import channels as checkout_channels
from server.domains.checkout import operations as checkout_operations
from server.domains.checkout.codes import Codes
from server.domains.checkout.lapsing import Lapsing
from server.domains.checkout.limits import Limits as CheckoutLimits
from server.domains.checkout.payable import PayableCheckouts
from server.domains.checkout.paying import Paying as CheckoutPaying
from server.domains.checkout.rates import FlatRates
from server.domains.checkout.rows import Rows as CheckoutRows
from server.domains.checkout.service import Checkouts
from server.domains.checkout.totals import Totals
from server.domains.checkout.tries import Tries
from server.domains.flash_sales import channels as sale_channels
from server.domains.flash_sales import jobs as sale_jobs
from server.domains.flash_sales import operations as sale_operations
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.calling_off import CallingOff
from server.domains.flash_sales.delivering import Delivering
from server.domains.flash_sales.exporting import Exporting
from server.domains.flash_sales.payable import PayableClaims
from server.domains.flash_sales.proofs import Proofs
from server.domains.flash_sales.queueing import Queueing
from server.domains.flash_sales.reminding import Reminding
from server.domains.flash_sales.selling import Selling
from server.domains.flash_sales.store import SaleStore
from server.domains.flash_sales.sweeping import Sweep
from server.domains.groups import operations as group_operations
from server.domains.groups.service import Groups
from server.domains.imports import channels as import_channels
from server.domains.imports import jobs as import_jobs
from server.domains.imports import operations as import_operations
from server.domains.imports.running import Running
from server.domains.imports.service import Imports
from server.domains.imports.uploads import Uploads
from server.domains.inventory import operations as inventory_operations
from server.domains.inventory.reading import Reading as InventoryReading
from server.domains.inventory.service import Inventory
from server.domains.invoicing import operations as invoice_operations
from server.domains.invoicing.issuing import Issuing
from server.domains.invoicing.service import PDF, Papers
from server.domains.ledger import channels as ledger_channels
from server.domains.ledger import operations as ledger_operations
from server.domains.ledger.payouts import Payouts
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading as LedgerReading
from server.domains.ledger.service import Ledger
from server.domains.media import jobs as media_jobs
from server.domains.media import operations as media_operations
from server.domains.media.keeping import Keeping
from server.domains.media.service import Gallery
from server.domains.orders import channels as order_channels
from server.domains.orders import jobs as order_jobs
from server.domains.orders import operations as order_operations
from server.domains.orders.changing import Changing
from server.domains.orders.fulfilling import Fulfilling
from server.domains.orders.letters import OrderLetters
from server.domains.orders.queries import Performance
from server.domains.orders.reordering import Reordering
from server.domains.orders.service import Orders
from server.domains.orders.timeline import Timeline
from server.domains.payments import jobs as payment_jobs
from server.domains.payments import operations as payment_operations
from server.domains.payments.by_hand import ByHand
from server.domains.payments.disputes import Disputes
from server.domains.payments.methods import Methods
from server.domains.payments.paying import Paying
from server.domains.payments.ports import Payable
from server.domains.payments.refunds import Refunds
from server.domains.payments.service import Payments
from server.domains.payments.telling import Telling
from server.domains.payments.throttle import Throttle
from server.domains.payments.transfer_letters import TransferLetters
from server.domains.payments.transfers import Transfers
from server.domains.pricing import operations as pricing_operations
from server.domains.pricing.campaigns import Campaigns
from server.domains.pricing.contained import ContainedTaxes
from server.domains.pricing.coupons import Coupons
from server.domains.pricing.engine.words import Customer
from server.domains.pricing.lists import PriceLists
from server.domains.pricing.redeeming import Redeeming
from server.domains.pricing.service import Pricing
from server.domains.pricing.taxes import Taxes
from server.domains.returns import channels as return_channels
from server.domains.returns import jobs as return_jobs
from server.domains.returns import operations as return_operations
from server.domains.returns.asking import Asking
from server.domains.returns.deciding import Deciding
from server.domains.returns.disputes import OrderDisputes
from server.domains.returns.giving_back import GivingBack
from server.domains.returns.letters import ReturnLetters
from server.domains.returns.moving import Moving
from server.domains.reviews import operations as review_operations
from server.domains.reviews.reading import Reading as ReviewReading
from server.domains.reviews.service import Reviews
from server.domains.sellers import channels as seller_channels
from server.domains.sellers import jobs as seller_jobs
from server.domains.sellers import operations as seller_operations
from server.domains.sellers.applying import Applying
from server.domains.sellers.invitations import Tokens
from server.domains.sellers.letters import SellerLetters
from server.domains.sellers.staff import Staff
from server.domains.sellers.stores import Stores
from server.domains.system import operations as system_operations
from server.domains.system.service import System
from server.http.sign_in import cookie_name
from server.kernel.channel import Watch, Watches, key_id
from server.kernel.clock import Clock, SystemClock
from server.kernel.database import Database
from server.kernel.emails import normalised
from server.kernel.job import Job
from server.kernel.keyed import Keyed
from server.kernel.mail import Mailer
from server.kernel.operation import AsFile, Operations
from server.kernel.sealed import Sealed
from server.settings import S3, Settings

if TYPE_CHECKING:
    from server.adapters.payments.stripe_api import StripeApi
    from server.adapters.payments.stripe_gateway import StripeGateway
    from server.adapters.payments.stripe_messages import StripeMessages
    from server.adapters.storage.s3 import S3Files

# The messages of each kind of actor, for those that travel to another process.
MESSAGES = {KIND: sale_messages, USER_KIND: user_messages}

# How many orders a person's stream starts with.
_LATEST_ORDERS = 20


class LateSockets:
    """The sockets, for those who are made before them: real time needs the operations, and accounts need real time."""

    def __init__(self) -> None:
        self._sockets: Sockets | None = None

    def attach(self, sockets: Sockets) -> None:
        """From now on there are sockets."""
        self._sockets = sockets

    async def end_sessions(self, session_ids: Collection[UUID], *, replaced: bool = False) -> None:
        """See `server.domains.accounts.ports.Sockets`."""
        if self._sockets is not None:
            await self._sockets.end_sessions(session_ids, replaced=replaced)

    async def renew_users(self, user_ids: Collection[UUID]) -> None:
        """See `server.domains.accounts.ports.Sockets`."""
        if self._sockets is not None:
            await self._sockets.renew_users(user_ids)


class Yesterday:
    """A clock that is a day behind."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """This moment, a day ago."""
        return self._clock.now() - timedelta(days=1)


class Buyers:
    """What prices depend on of people: whether they have bought before, and which groups they are in."""

    def __init__(self, orders: Orders, groups: Groups) -> None:
        self._orders = orders
        self._groups = groups

    async def customer(self, user_id: UUID | None) -> Customer:
        """See `server.domains.pricing.ports.Customers`. A guest may have bought before: nobody's first order."""
        if user_id is None:
            return Customer()
        return Customer(groups=await self._groups.of(user_id), newcomer=not await self._orders.latest(user_id, 1))


class Domains:
    """All services. Without a placement this process does not ask whether others own its actors."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        valkey: "redis.Redis",
        placement: Placement | None = None,
    ) -> None:
        self.clock = clock
        self.sockets = LateSockets()
        self.passwords = Passwords()
        self.outbox = None if settings.smtp else Outbox(database, clock)
        self.mailer: Mailer = self.outbox or _smtp_mailer(settings, database, clock)
        tokens = ValkeySocketTokens(valkey)
        believed = Believed()
        self.sessions = Sessions(database, clock, tokens, believed)
        keyed = Keyed(settings.secret)
        self.letters = Letters(database, clock, keyed, self.mailer, settings.own_origin)
        ending, trying = Ending(believed, self.sockets), Trying(ValkeyAttempts(valkey))
        self.credentials = Credentials(database, clock, self.passwords, self.sessions, ending, trying, self.letters)
        sealed, shop = Sealed((settings.secret, *settings.old_secrets)), parseaddr(settings.mail_from)[0]
        self.second_factors = SecondFactors(database, clock, sealed, self.credentials, self.letters, shop or "FastShop")
        self.accounts = Accounts(
            database,
            clock,
            self.passwords,
            self.sessions,
            ending,
            trying,
            tokens,
            self.letters,
            self.second_factors,
        )
        self.api_keys = ApiKeys(database, clock, keyed, believed, self.credentials, ending, self.letters)
        providers = [OidcProvider(each) for each in settings.oidc]
        self.social = Social(
            database,
            clock,
            keyed,
            trying,
            self.passwords,
            self.letters,
            self.accounts,
            providers,
            settings.own_origin,
        )
        self.bearers = Bearers(self.sessions, self.api_keys)
        self.roles = Roles(database, clock, ending)
        self.access = Access(database, clock, ending)
        self.administration = Administration(database, clock, self.sessions, self.second_factors, ending)
        self.audit = Audit(database)
        self.addresses = Addresses(database, clock)
        self.taxonomy = Taxonomy(database)
        self.browsing = Browsing(database)
        self.editing = Editing(database, self.browsing, clock)
        self.publishing = Publishing(database, self.browsing, clock)
        attempts = ValkeyAttempts(valkey)
        self.wishes = Wishes(database, self.browsing, attempts, self.mailer, clock, settings.own_origin)
        self.catalog = catalog_operations.Services(
            self.taxonomy,
            Attributes(database),
            self.browsing,
            self.editing,
            self.publishing,
            Moderating(database, self.browsing, self.publishing, clock),
            Offers(database, self.browsing, clock),
            Variants(database, self.browsing, clock),
            self.wishes,
        )
        self.purchase_limits = PurchaseLimits(database)
        self.submissions = Submissions(database, clock)
        self.stock = Stock(database, clock)
        self.inventory_reading = InventoryReading(database)
        self.inventory = Inventory(database, self.inventory_reading, self.stock, clock)
        self.files = files = _s3(settings.s3) if settings.s3 else LocalFiles(settings.files)
        self.uploads = Uploads(database, files, clock)
        pictures = Pictures(database, self.browsing, clock)
        self.gallery = Gallery(database, files, self.uploads, pictures, ValkeyAttempts(valkey), clock)
        self.media_keeping = Keeping(database, files, self.uploads, pictures, clock)
        running = Running(database, files, self.browsing, self.editing, self.taxonomy, clock, settings.currency)
        self.imports = Imports(database, files, running, clock)
        simulated = SimulatedGateway(database, clock)
        self._stripe = _stripe(settings, database) if settings.stripe else None
        self.gateway: SimulatedGateway | StripeGateway = self._stripe.gateway if self._stripe else simulated
        self.rates = Rates(database, clock, settings.commission)
        self.ledger = Ledger(self.rates)
        self.earnings = LedgerReading(database)
        self.payouts = Payouts(database, clock)
        by_hand = ByHand(database, self.gateway, clock, offered=settings.bank_account is not None)
        transfers_last = timedelta(days=settings.transfer_days)
        self.payments = Payments(database, by_hand, clock, keyed, self.ledger)
        self.orders = Orders(database)
        self.issuing = Issuing(database, self.orders, clock)
        self.groups = Groups(database, clock)
        self.coupons = Coupons(database, clock)
        self.campaigns = Campaigns(database, clock)
        self.price_lists = PriceLists(database, clock)
        self.taxes = Taxes(database)
        self.redeeming = Redeeming(clock)
        buyers = Buyers(self.orders, self.groups)
        self.pricing = Pricing(database, clock, buyers, ValkeyAttempts(valkey))
        ratings = Ratings(database, clock)
        self.review_reading = ReviewReading(database, ratings)
        self.reviews = Reviews(database, ratings, self.orders, clock)
        self.sellers_goods = SellersGoods(database, self.browsing, ratings, clock)
        people, invited = Shopkeepers(ending), Tokens(keyed)
        self.applying = Applying(database, people, clock)
        self.stores = Stores(database, self.sellers_goods, clock)
        self.staff = Staff(database, people, invited, ValkeyAttempts(valkey), clock)
        self.seller_letters = SellerLetters(database, clock, invited, self.mailer, settings.own_origin)
        delivering = Delivering(database, self.addresses)
        stores: dict[str, Store[Any]] = {
            KIND: SaleStore(
                database, self.orders, self.stock, self.ledger, delivering, SaleTaxes(ContainedTaxes(database))
            ),
            USER_KIND: UserStore(database, self.stock),
        }
        self.actors = Actors(stores, clock, placement=placement)
        self.carts = CartReading(database, self.stock, clock)
        self.cart_editing = CartEditing(self.actors, self.stock, clock)
        self.cart_sharing = CartSharing(database, self.carts, self.cart_editing, self.stock, clock)
        self.cart_recovering = CartRecovering(database, self.actors, self.carts, keyed, clock)
        self.carts_recovered = CartsRecovered(database, clock)
        self.cart_letters = CartLetters(
            database, self.cart_recovering, self.stock, self.mailer, keyed, clock, settings.own_origin
        )
        self.checkout_rows, codes = CheckoutRows(database, clock), Codes(database)
        prices, self.flat_rates = CheckoutPrices(self.pricing, buyers, self.redeeming), FlatRates(database)
        limits, tries = CheckoutLimits(database, self.purchase_limits), Tries(ValkeyAttempts(valkey))
        self.checkouts = Checkouts(
            database,
            self.checkout_rows,
            self.carts,
            codes,
            self.addresses,
            normalised,
            prices,
            self.stock,
            self.flat_rates,
            limits,
            tries,
            clock,
            timedelta(seconds=settings.checkout_seconds),
        )
        self.cart_totals = Totals(self.carts, codes, prices, self.checkouts)
        self.checkout_paying = CheckoutPaying(
            database,
            self.checkout_rows,
            self.checkouts,
            self.cart_editing,
            codes,
            prices,
            self.stock,
            self.payments,
            self.orders,
            self.ledger,
            limits,
            tries,
            clock,
            transfers_last if settings.bank_account or settings.stripe else None,
        )
        self.lapsing = Lapsing(database, self.checkout_rows, self.checkout_paying, clock)
        self.selling = Selling(database, self.actors, self.stock, clock)
        self.calling_off = CallingOff(database, self.actors, clock)
        proofs = Proofs(database, clock, keyed)
        self.buying = Buying(database, self.actors, self.payments, proofs, delivering, clock, keyed)
        throttle = Throttle(ValkeyAttempts(valkey))
        payables: dict[str, Payable] = {
            "checkout": PayableCheckouts(self.checkout_paying),
            "claim": PayableClaims(database, self.actors, self.buying),
        }
        public_key = settings.stripe.public_key if settings.stripe else ""
        gateway_name = "stripe" if settings.stripe else "simulated"
        self.paying = Paying(
            self.payments,
            self.gateway,
            payables,
            throttle,
            public_key,
            gateway_name=gateway_name,
            transfers=settings.bank_account is not None,
        )
        self.refunds = Refunds(database, by_hand, clock, self.ledger, throttle)
        self.transfers = Transfers(
            database, settings.bank_account, transfers_last, self.paying.conclude, self.refunds, clock
        )
        self.disputes = Disputes(database, clock, self.ledger)
        self.papers = Papers(database, self.issuing, self.orders, self.refunds, shop or "FastShop")
        changing = Changing(database, self.orders, self.stock, self.redeeming, self.refunds, clock)
        self.fulfilling = Fulfilling(self.orders, changing, clock)
        self.timeline = Timeline(database, self.orders, clock)
        emails = Emails(database)
        self.transfer_letters = TransferLetters(
            self.transfers, emails, self.checkout_rows, self.mailer, settings.own_origin
        )
        self.order_letters = OrderLetters(
            database, self.orders, emails, self.checkout_rows, self.mailer, settings.own_origin
        )
        self.reordering = Reordering(self.orders, self.cart_editing, clock)
        self.performance = Performance(database, clock)
        moving = Moving(database, clock)
        self.giving_back = GivingBack(database, self.refunds, moving, clock)
        self.asking = Asking(database, self.stock, moving, clock, settings.return_days)
        self.deciding = Deciding(database, changing, self.stock, moving, self.giving_back, clock)
        self.order_disputes = OrderDisputes(database, moving, self.giving_back, clock)
        self.return_letters = ReturnLetters(database, emails, self.mailer, settings.own_origin)
        heard = {"stripe": self._stripe.messages} if self._stripe else {}
        self.methods = Methods(database, self.gateway.wallets, clock, keyed, throttle, public_key)
        self.telling = Telling(heard, self.paying, self.refunds, self.disputes, self.methods)
        self.queueing = Queueing(database, self.actors, proofs)
        self.reminding = Reminding(database, clock)
        self.sweep = Sweep(self.buying, proofs, clock)
        self.exporting = Exporting(database, self.selling)
        self.system = System(clock)

    def operations(self) -> Operations:
        """Everything that can be asked for."""
        return Operations(
            [
                *account_operations.operations(
                    self.accounts,
                    self.credentials,
                    self.second_factors,
                    self.api_keys,
                    self.social,
                    Permitting(self.operations),
                ),
                *admin_operations.operations(self.administration, self.roles, self.access),
                *address_operations.operations(self.addresses),
                *audit_operations.operations(self.audit),
                *cart_operations.operations(
                    self.carts, self.cart_editing, self.cart_sharing, self.cart_recovering, self.carts_recovered
                ),
                *catalog_operations.operations(self.catalog),
                *checkout_operations.operations(
                    self.checkouts, self.checkout_paying, self.cart_totals, self.flat_rates
                ),
                *group_operations.operations(self.groups),
                *import_operations.operations(self.imports),
                *inventory_operations.operations(self.inventory_reading, self.inventory),
                *invoice_operations.operations(self.papers),
                *ledger_operations.operations(self.earnings, self.rates, self.payouts),
                *media_operations.operations(self.gallery),
                *order_operations.operations(
                    self.orders, self.fulfilling, self.timeline, self.reordering, self.performance
                ),
                *payment_operations.operations(
                    self.payments,
                    self.paying,
                    self.refunds,
                    self.disputes,
                    self.methods,
                    AsFile(PDF, self.papers.receipt_file),
                ),
                *payment_operations.of_transfers(self.transfers),
                *pricing_operations.operations(
                    self.pricing, self.coupons, self.campaigns, self.price_lists, self.taxes
                ),
                *return_operations.operations(self.asking, self.deciding, self.order_disputes),
                *review_operations.operations(self.review_reading, self.reviews),
                *seller_operations.operations(self.applying, self.stores, self.staff),
                *sale_operations.operations(self.selling, self.buying, self.queueing, self.reminding),
                *system_operations.operations(self.system),
            ]
        )

    def watches(self) -> Watches:
        """Everything that can be watched."""
        return Watches(
            (
                *account_channels.watches(),
                *cart_channels.watches(self.carts),
                *catalog_channels.watches(self.browsing, self.submissions),
                *checkout_channels.watches(self.checkout_rows, self.clock),
                *import_channels.watches(self.imports, self.clock),
                *ledger_channels.watches(self.earnings),
                *order_channels.watches(self.orders),
                *return_channels.watches(self.asking, self.order_disputes),
                *sale_channels.watches(self.selling, self.buying),
                *seller_channels.watches(self.applying),
                Watch(USER, account_channels.permit_person, self._belongings),
            )
        )

    def jobs(self) -> tuple[Job, ...]:
        """Everything that is done afterwards."""
        return (
            *account_jobs.jobs(self.letters),
            *cart_jobs.jobs(self.cart_recovering, self.cart_letters),
            *catalog_jobs.jobs(self.wishes),
            *order_jobs.jobs(self.timeline, self.order_letters),
            *payment_jobs.jobs(self.methods),
            *payment_jobs.of_transfers(self.transfer_letters),
            *sale_jobs.jobs(self.buying),
            *import_jobs.jobs(self.imports),
            *media_jobs.jobs(self.media_keeping),
            *return_jobs.jobs(self.return_letters),
            *seller_jobs.jobs(self.seller_letters, self.stores, self.sellers_goods, self.calling_off),
        )

    def rounds(self) -> Mapping[str, Callable[[], Awaitable[float]]]:
        """What is looked after again and again, by name: a round answers how long to rest, in seconds."""
        return {
            "back-in-stock wishes": self.wishes.forget,
            "carts recovered": self.carts_recovered.round,
            "checkouts": self.lapsing.round,
            "invoices": self.issuing.round,
            "letters": self.letters.sweep,
            "publishing": self.publishing.round,
            "sign-in challenges": self.second_factors.sweep,
            "sign-ins elsewhere": self.social.sweep,
            "sale reminders": self.reminding.tell_due,
            "payments under way": self.sweep.round,
            "lost units' refunds": self.payments.refund_on,
            "refunds": self.refunds.round,
            "pictures left over": self.media_keeping.sweep,
            "uploads left over": self.uploads.sweep,
            "refunds of returns": self.giving_back.round,
            "transfers": self.transfers.round,
        }

    def bank_pages(self) -> Sequence[Any]:
        """The pages of the simulated gateway's bank, where it is in use."""
        gateway = self.gateway
        return simulated_bank(gateway, self.paying.conclude) if isinstance(gateway, SimulatedGateway) else ()

    def outbox_pages(self, caller_of: CallerOf, *, demo: bool) -> Sequence[Any]:
        """The page that shows the outbox, where there is one."""
        return outbox_page(self.outbox, caller_of, demo=demo) if self.outbox else ()

    async def close(self) -> None:
        """Let go of connections to others."""
        self.passwords.close()
        if self._stripe is not None:
            await self._stripe.api.close()

    async def _belongings(self, key: str) -> Belongings:
        person = key_id(key)
        return Belongings(
            await self.buying.holding(person),
            await self.orders.latest(person, _LATEST_ORDERS),
            await self.queueing.active(person),
            await self.reminding.wanted_by(person),
        )


def _s3(settings: S3) -> "S3Files":
    # Who keeps files in the folder does not load it.
    from server.adapters.storage.s3 import S3Files

    return S3Files(settings)


class AtStripe(NamedTuple):
    """What is asked of Stripe, and what it tells."""

    api: "StripeApi"
    gateway: "StripeGateway"
    messages: "StripeMessages"


def _stripe(settings: Settings, database: Database) -> AtStripe:
    # Its SDK takes most of a second to import: who does not use it does not wait for it.
    from server.adapters.payments.stripe_api import StripeApi
    from server.adapters.payments.stripe_gateway import StripeGateway
    from server.adapters.payments.stripe_messages import StripeMessages

    assert settings.stripe is not None
    api = StripeApi(settings.stripe.secret_key, settings.stripe.base)
    gateway = StripeGateway(database, api, f"{settings.own_origin}/")
    return AtStripe(api, gateway, StripeMessages(settings.stripe.webhook_secret, api, gateway))


def _smtp_mailer(settings: Settings, database: Database, clock: Clock) -> Mailer:
    assert settings.smtp is not None
    return Once(SmtpMailer(settings.smtp, settings.mail_from, clock), database, clock)


def documents(operations: Operations, watches: Watches, cookie: str) -> Mapping[str, Callable[[], bytes]]:
    """The documents that describe the shop to programs, by file name."""
    return {
        "openapi.json": lambda: msgspec.json.encode(openapi(operations, cookie=cookie)),
        "asyncapi.json": lambda: msgspec.json.encode(asyncapi(operations, watches)),
    }


class Described(NamedTuple):
    """What the shop offers, known without opening it."""

    operations: Operations
    watches: Watches
    documents: Mapping[str, Callable[[], bytes]]


def described(settings: Settings) -> Described:
    """What a shop with these settings offers."""
    domains = Domains(settings, Database(DB), SystemClock(), redis.Redis())
    operations, watches = domains.operations(), domains.watches()
    domains.passwords.close()
    return Described(operations, watches, documents(operations, watches, cookie_name(settings)))
