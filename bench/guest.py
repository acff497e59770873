"""A guest who buys: one WebSocket, and for each checkout a new cart."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import msgspec

from bench.raw_socket import RawSocket
from fastshop import new_id

_ADDRESS = {"name": "Ann Smith", "country": "DE", "street": "Torstr. 1", "city": "Berlin", "postal_code": "10119"}

_encode = msgspec.json.encode


class Refused(Exception):
    """The shop said no. ``code`` says why."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.code = str(msgspec.json.decode(error["message"])["code"])


class Guest:
    """Sends the next step when the last was answered."""

    socket: RawSocket

    def __init__(self) -> None:
        self._number = 0
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    @classmethod
    async def come(cls, address: str) -> "Guest":
        """Connect."""
        guest = cls()
        guest.socket = await RawSocket.open(address, guest._hear)
        await guest._send({"connect": {}})
        return guest

    async def fill(self, variant: UUID) -> UUID:
        """Put one into a new cart; which cart."""
        cart_id = uuid4()
        await self._ask("carts.add", edit_id=new_id(), variant_id=variant, cart_id=cart_id)
        return cart_id

    async def check_out(self, cart_id: UUID) -> None:
        """From the cart to the paid order."""
        checkout_id = uuid4()
        await self._ask("checkout.begin", checkout_id=checkout_id, cart_id=cart_id)
        said = {"address": _ADDRESS, "email": "guest@people.test"}
        await self._ask("checkout.set_address", checkout_id=checkout_id, **said)
        ready = await self._ask("checkout.set_shipping", checkout_id=checkout_id, option="standard")
        paid = {"payment_id": new_id(), "payment_method": "4242 4242 4242 4242", "total": ready["total"]}
        done = await self._ask("checkout.complete", checkout_id=checkout_id, **paid)
        assert done["checkout"]["status"] == "completed", done

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    async def _ask(self, method: str, **data: Any) -> Any:
        return (await self._send({"rpc": {"method": method, "data": data}}))["rpc"]["data"]

    async def _send(self, frame: dict[str, Any]) -> Any:
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        self.socket.send(_encode({"id": self._number, **frame}))
        answer = msgspec.json.decode(await self._answer)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer

    def _hear(self, payload: bytes) -> None:
        if payload.startswith(b'{"id":'):
            self._answer.set_result(payload)
