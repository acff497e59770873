"""The ledger's rows. Triggers of the migration keep it balanced and append-only, and write the balances."""

from piccolo.columns import UUID, BigSerial, Bytea, ForeignKey, Integer, LazyTableReference, Numeric, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class LedgerTransaction(Table, tablename="ledger_transactions"):
    """Why money moved. ``source`` is unique: what it names moves money once."""

    id = UUID(primary_key=True, default=None)
    source = Text(unique=True)
    kind = Text()
    order_id = UUID(null=True, default=None)
    payment_id = UUID(null=True, default=None)
    at = Timestamptz()


class LedgerEntryRow(Table, tablename="ledger_entries"):
    """What came to an account (positive) or left it. ``rate`` is the commission's in basis points.

    ``line_id`` is the order's line; none is shipping, or was posted before lines were told apart.
    """

    id = BigSerial(primary_key=True)
    transaction_id = ForeignKey(LedgerTransaction, null=False, on_delete=OnDelete.no_action)
    account = Text()
    party_id = UUID(null=True, default=None)
    currency = Text()
    amount = Numeric(digits=(15, 2))
    rate = Integer(null=True, default=None)
    line_id = UUID(null=True, default=None)


class CommissionRateRow(Table, tablename="commission_rates"):
    """A rate from ``since`` on, until a newer one for the same seller and category."""

    id = UUID(primary_key=True, default=None)
    seller_id = ForeignKey(LazyTableReference("SellerRow", app_name="fastshop"), on_delete=OnDelete.no_action)
    category_id = ForeignKey(LazyTableReference("CategoryRow", app_name="fastshop"), on_delete=OnDelete.no_action)
    rate = Integer()
    since = Timestamptz()


class PayoutAccountRow(Table, tablename="payout_accounts"):
    """Where a seller is paid out to. ``iban`` is sealed; ``shown`` is its country and last digits."""

    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.cascade, primary_key=True
    )
    holder = Text()
    iban = Bytea()
    shown = Text()
    updated_at = Timestamptz()


class PayoutRow(Table, tablename="payouts"):
    """A payout. Its money left the seller's balance when it was created."""

    id = UUID(primary_key=True, default=None)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.no_action
    )
    amount = Numeric(digits=(15, 2))
    currency = Text()
    state = Text()
    reference = Text(default="")
    created_at = Timestamptz()
    completed_at = Timestamptz(null=True, default=None)
