"""What gateways tell by themselves. It may come late, twice, in any order: each time we ask how things stand."""

from collections.abc import Mapping

from fastshop.contract.payments import GatewayUnknown
from server.domains.payments.disputes import Disputes
from server.domains.payments.following import Following
from server.domains.payments.methods import Methods
from server.domains.payments.paying import Paying
from server.domains.payments.ports import Messages, MethodMoved, PaymentMoved, Questioned, RefundsMoved, SetupMoved


class Telling:
    """Hears the gateways in use, by name."""

    def __init__(
        self,
        gateways: Mapping[str, Messages],
        paying: Paying,
        following: Following,
        disputes: Disputes,
        methods: Methods,
    ) -> None:
        self._gateways = gateways
        self._paying = paying
        self._following = following
        self._disputes = disputes
        self._methods = methods

    async def hear(self, gateway: str, body: bytes, signature: str) -> None:
        """Act on a message. Refused when it is not the gateway's: `SignatureWrong`, `GatewayUnknown`."""
        if gateway not in self._gateways:
            raise GatewayUnknown
        match await self._gateways[gateway].read(body, signature):
            case PaymentMoved(payment_id):
                await self._paying.conclude(payment_id)
            case RefundsMoved(payment_id, refunds):
                await self._paying.conclude(payment_id)
                await self._following.follow(payment_id, refunds)
            case SetupMoved(method_id):
                await self._methods.conclude(method_id)
            case MethodMoved(reference):
                await self._methods.look_at(reference)
            case Questioned() as dispute:
                await self._disputes.follow(dispute)
