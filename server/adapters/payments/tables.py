"""What the simulated gateway remembers. It stands for another company's books, so nothing refers to it."""

from piccolo.columns import UUID, Numeric, Text, Timestamptz, Varchar
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
