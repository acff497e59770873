"""What the gateways remember. The simulated one stands for another company's books, so nothing refers to it."""

from piccolo.columns import UUID, Boolean, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.table import Table


class SimulatedCharge(Table, tablename="simulated_charges"):
    """A charge as the simulated gateway knows it, by our payment's id as idempotency key."""

    id = UUID(primary_key=True, default=None)
    amount = Numeric(digits=(15, 2))
    currency = Varchar(length=3)
    payment_method = Varchar(length=255)
    status = Varchar(length=20)
    failure = Varchar(length=200, default="")
    settles_at = Timestamptz()
    created_at = Timestamptz()


class SimulatedRefund(Table, tablename="simulated_refunds"):
    """A refund as the simulated gateway knows it, by our id."""

    id = UUID(primary_key=True, default=None)
    charge_id = UUID(default=None)
    amount = Numeric(digits=(15, 2))
    currency = Text()
    status = Text()
    failure = Text()
    created_at = Timestamptz()


class SimulatedMethod(Table, tablename="simulated_methods"):
    """A card that the simulated gateway saved for a person, or did not save because its bank said no."""

    reference = Text(primary_key=True)
    wallet = UUID(default=None)
    last4 = Text()
    fingerprint = Text()
    state = Text()
    failure = Text()
    created_at = Timestamptz()


class StripeCustomer(Table, tablename="stripe_customers"):
    """Who a person is at Stripe."""

    wallet = UUID(primary_key=True, default=None)
    customer_id = Text()


class StripeSetup(Table, tablename="stripe_setups"):
    """The setup intent by which a method is saved, by our method's id."""

    method_id = UUID(primary_key=True, default=None)
    setup_id = Text(unique=True)


class StripeIntent(Table, tablename="stripe_intents"):
    """What Stripe was asked to charge, by our payment's id; the first who asks says how.

    ``use`` is ``charge`` (by us), ``intent`` (by the customer's browser) or ``closed`` (never). ``attempt`` is part of
    the idempotency keys: Stripe repeats even its own failures to the same key. ``wallet`` is whose saved method it is
    paid with, or, with ``keep_method``, for whom the method is saved that it is paid with.
    """

    payment_id = UUID(primary_key=True, default=None)
    use = Text()
    amount = Numeric(digits=(15, 2))
    currency = Text()
    payment_method = Text()
    intent_id = Text(null=True, default=None, unique=True)
    failure = Text(default="")
    attempt = Integer(default=0)
    wallet = UUID(null=True, default=None)
    keep_method = Boolean(default=False)


class StripeRefund(Table, tablename="stripe_refunds"):
    """What Stripe was asked to give back, by our refund's id."""

    refund_id = UUID(primary_key=True, default=None)
    payment_id = UUID(default=None)
    amount = Numeric(digits=(15, 2))
    currency = Text()
    gateway_id = Text(null=True, default=None, unique=True)
    state = Text(default="pending")
    failure = Text(default="")
    attempt = Integer(default=0)
