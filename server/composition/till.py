"""Where customers pay: for a checkout, or for what they claimed in a sale."""

from collections.abc import Sequence
from typing import Any

from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.payments.simulated_bank import simulated_bank
from server.composition.area import Area, Rounds
from server.composition.ordering import Ordering
from server.composition.outside import Outside
from server.composition.owners import Owners
from server.composition.people import People
from server.composition.sales import Sales
from server.composition.shopping import Shopping
from server.composition.treasury import Treasury
from server.domains.checkout.payable import PayableCheckouts
from server.domains.flash_sales.payable import PayableClaims
from server.domains.invoicing.service import PDF
from server.domains.payments import channels, jobs, operations
from server.domains.payments.paying import Paying
from server.domains.payments.ports import Payable
from server.domains.payments.sweeping import Strays
from server.domains.payments.telling import Telling
from server.domains.payments.transfer_letters import TransferLetters
from server.domains.payments.transfers import Transfers
from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import AsFile, Operation


class Till(Area):
    """Paying. What is paid for builds on the treasury, so this comes after both."""

    def __init__(
        self,
        outside: Outside,
        people: People,
        treasury: Treasury,
        owners: Owners,
        shopping: Shopping,
        sales: Sales,
        ordering: Ordering,
    ) -> None:
        self._clock, self._treasury, account = outside.clock, treasury, outside.settings.bank_account
        self._receipt = AsFile(PDF, ordering.papers.receipt_file)
        payables: dict[str, Payable] = {
            "checkout": PayableCheckouts(shopping.paying),
            "claim": PayableClaims(outside.database, owners.actors, sales.buying),
        }
        self._paying = Paying(
            treasury.payments,
            treasury.gateway,
            payables,
            treasury.throttle,
            treasury.public_key,
            gateway_name=treasury.gateway_name,
            transfers=account is not None,
        )
        self._transfers = Transfers(
            outside.database, account, outside.transfers_last, self._paying.conclude, treasury.refunds, outside.clock
        )
        self._letters = TransferLetters(
            self._transfers, people.emails, shopping.checkout_rows, outside.mailer, outside.settings.own_origin
        )
        self._strays = Strays(outside.database, treasury.payments, self._paying.conclude, payables, outside.clock)
        self.telling = Telling(treasury.heard, self._paying, treasury.following, treasury.disputes, treasury.methods)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        treasury = self._treasury
        return (
            *operations.operations(
                treasury.payments,
                self._paying,
                treasury.refunds,
                treasury.disputes,
                treasury.methods,
                treasury.owing,
                self._receipt,
            ),
            *operations.of_transfers(self._transfers),
        )

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return channels.watches(self._clock)

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return jobs.of_transfers(self._letters)

    def rounds(self) -> Rounds:
        """See `Area`."""
        return {"stray payments": self._strays.round, "transfers": self._transfers.round}

    def bank_pages(self) -> Sequence[Any]:
        """The pages of the simulated gateway's bank, where it is in use."""
        gateway = self._treasury.gateway
        return simulated_bank(gateway, self._paying.conclude) if isinstance(gateway, SimulatedGateway) else ()
