"""Where the money is: at the gateway, and in the ledger. How customers bring it is in `till`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from server.adapters.payments.simulated import SimulatedGateway
from server.composition.area import Area, Rounds
from server.composition.outside import Outside
from server.composition.people import People
from server.domains.ledger import channels
from server.domains.ledger import operations as ledger_operations
from server.domains.ledger.payout_accounts import PayoutAccounts
from server.domains.ledger.payouts import Payouts
from server.domains.ledger.queries import ShopFigures
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading
from server.domains.ledger.service import Ledger
from server.domains.payments import jobs
from server.domains.payments.by_hand import ByHand
from server.domains.payments.disputes import Disputes
from server.domains.payments.following import Following
from server.domains.payments.methods import Methods
from server.domains.payments.owing import Owing
from server.domains.payments.ports import Messages
from server.domains.payments.refunds import Refunds
from server.domains.payments.service import Payments
from server.domains.payments.throttle import Throttle
from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import Operation

if TYPE_CHECKING:
    from server.adapters.payments.stripe_api import StripeApi
    from server.adapters.payments.stripe_gateway import StripeGateway
    from server.adapters.payments.stripe_messages import StripeMessages


class AtStripe(NamedTuple):
    """What is asked of Stripe, and what it tells."""

    api: "StripeApi"
    gateway: "StripeGateway"
    messages: "StripeMessages"


class Treasury(Area):
    """The money that came in, what of it is whose, and what goes back."""

    def __init__(self, outside: Outside, people: People) -> None:
        database, clock, keyed, stripe = outside.database, outside.clock, outside.keyed, outside.settings.stripe
        self._stripe = _at_stripe(outside)
        self.gateway = self._stripe.gateway if self._stripe else SimulatedGateway(database, clock)
        self.gateway_name = "stripe" if stripe else "simulated"
        self.public_key = stripe.public_key if stripe else ""
        self.heard: Mapping[str, Messages] = {"stripe": self._stripe.messages} if self._stripe else {}
        self._rates = Rates(database, clock, outside.settings.commission)
        self._payouts = Payouts(database, clock)
        self._payout_accounts = PayoutAccounts(database, outside.sealed, clock, people.confirming)
        self._figures = ShopFigures(database, clock)
        self.ledger = Ledger(self._rates)
        self.earnings = Reading(database)
        self.throttle = Throttle(outside.attempts)
        by_hand = ByHand(database, self.gateway, clock, offered=outside.settings.bank_account is not None)
        self.payments = Payments(database, by_hand, clock, keyed, self.ledger, transfers_last=outside.transfers_last)
        self.refunds = Refunds(database, by_hand, clock, self.ledger, self.throttle)
        self.owing = Owing(database, clock, self.ledger)
        self.following = Following(database, self.refunds, self.payments, self.owing)
        self.disputes = Disputes(database, clock, self.ledger)
        self.methods = Methods(database, self.gateway.wallets, clock, keyed, self.throttle, self.public_key)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return ledger_operations.operations(
            self.earnings, self._rates, self._payouts, self._payout_accounts, self._figures
        )

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return channels.watches(self.earnings)

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return jobs.jobs(self.methods)

    def rounds(self) -> Rounds:
        """See `Area`."""
        return {
            "lost units' refunds": self.payments.refund_on,
            "refunds": self.refunds.round,
            "owed refunds": self.owing.round,
        }

    async def close(self) -> None:
        """Let go of the connections to the gateway."""
        if self._stripe is not None:
            await self._stripe.api.close()


def _at_stripe(outside: Outside) -> AtStripe | None:
    settings = outside.settings
    if settings.stripe is None:
        return None
    # Its SDK takes most of a second to import: who does not use it does not wait for it.
    from server.adapters.payments.stripe_api import StripeApi
    from server.adapters.payments.stripe_gateway import StripeGateway
    from server.adapters.payments.stripe_messages import StripeMessages

    api = StripeApi(settings.stripe.secret_key, settings.stripe.base)
    gateway = StripeGateway(outside.database, api, f"{settings.own_origin}/")
    return AtStripe(api, gateway, StripeMessages(settings.stripe.webhook_secret, api, gateway))
