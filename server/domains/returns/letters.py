"""Mail about returns and disputes: to customers, of whom a guest has no other way to hear of it, and to sellers.

Sent by jobs; an id made of what it tells of makes each arrive once. The log names nobody and has no words: whom to
write to, and what was said, is looked up when a letter is sent.
"""

from typing import Any
from uuid import UUID, uuid5

from fastshop.contract.disputes import DisputeMoved, DisputeOpened, DisputeReplied, OrderDisputeState
from fastshop.contract.returns import Return, ReturnMoved, ReturnRequested, ReturnSide, ReturnState
from server.domains.returns import dispute_rows, letter_texts, rows
from server.domains.returns.asker import Matter
from server.domains.returns.letter_texts import Text
from server.domains.returns.ports import People
from server.kernel.database import Database
from server.kernel.mail import Mail, Mailer

_ORDER = "SELECT number, customer_id, email, guest_key FROM orders WHERE id = $1"
_SELLER = "SELECT contact_email FROM sellers WHERE id = $1"


class ReturnLetters:
    """Writes to both sides. Refused while mail cannot be sent: `MailDelayed`."""

    def __init__(self, database: Database, people: People, mailer: Mailer, origin: str) -> None:
        self._database = database
        self._people = people
        self._mailer = mailer
        self._origin = origin

    async def requested(self, event: ReturnRequested) -> None:
        """A return was asked for."""
        rma = event.rma
        await self._to_customer(uuid5(rma.id, "requested"), rma, letter_texts.requested(rma), f"returns/{rma.id}")
        await self._to_seller(uuid5(rma.id, "asked"), rma, letter_texts.asked(rma), f"returns/{rma.id}")

    async def moved(self, event: ReturnMoved) -> None:
        """A return came further. Of money that went back the order's letters tell."""
        rma = event.rma
        text = await self._step(rma)
        if text is not None:
            mail_id = uuid5(rma.id, f"{rma.state} {rma.replacement_tracking}")
            await self._to_customer(mail_id, rma, text, f"returns/{rma.id}")

    async def opened(self, event: DisputeOpened) -> None:
        """A dispute was opened."""
        of, page = event.dispute, f"disputes/{event.dispute.id}"
        await self._to_customer(uuid5(of.id, "opened"), of, letter_texts.opened(of), page)
        await self._to_seller(uuid5(of.id, "disputed"), of, letter_texts.disputed(of), page)

    async def replied(self, event: DisputeReplied) -> None:
        """One side said something: the other reads of it."""
        of, mail_id, page = event.dispute, uuid5(event.reply.id, "replied"), f"disputes/{event.dispute.id}"
        if event.reply.side is not ReturnSide.CUSTOMER:
            await self._to_customer(mail_id, of, letter_texts.answered(event.reply.side), page)
        if event.reply.side is not ReturnSide.SELLER:
            await self._to_seller(uuid5(mail_id, "seller"), of, letter_texts.answered(event.reply.side), page)

    async def decided(self, event: DisputeMoved) -> None:
        """A dispute was decided. Where the money did not go back it is open again, and is decided again."""
        of, page = event.dispute, f"disputes/{event.dispute.id}"
        if of.state is OrderDisputeState.OPEN:
            return
        decision = (await dispute_rows.get(self._database, of.id)).decision
        mail_id = uuid5(of.id, f"decided {of.refund_id}")
        await self._to_customer(mail_id, of, letter_texts.decided(of, decision), page)
        await self._to_seller(uuid5(mail_id, "seller"), of, letter_texts.decided(of, decision), page)

    async def _step(self, rma: Return) -> Text | None:
        match rma.state:
            case ReturnState.APPROVED:
                return letter_texts.approved(await rows.get(self._database, rma.id))
            case ReturnState.REJECTED:
                return letter_texts.rejected(rma, (await rows.get(self._database, rma.id)).decision)
            case ReturnState.RECEIVED:
                return letter_texts.received(rma)
            case ReturnState.EXCHANGED:
                return letter_texts.exchanged(rma)
        return None

    async def _to_customer(self, mail_id: UUID, of: Matter, text: Text, page: str) -> None:
        order: Any = await self._database.fetch_one(_ORDER, of.order_id)
        is_guest = order["customer_id"] is None
        to = order["email"] if is_guest else await self._people.of(order["customer_id"])
        path = f"orders/guest/{order['guest_key']}/{page}" if is_guest else page
        await self._send(mail_id, to, text, path, f"It is about your order {order['number']}.")

    async def _to_seller(self, mail_id: UUID, of: Matter, text: Text, page: str) -> None:
        seller: Any = await self._database.fetch_one(_SELLER, of.seller_id)
        await self._send(mail_id, seller["contact_email"], text, f"seller/{page}", "")

    async def _send(self, mail_id: UUID, to: str, text: Text, path: str, about: str) -> None:
        """Send it, where there is somebody to send it to."""
        if to:
            body = letter_texts.letter(text, about, f"{self._origin}/{path}")
            await self._mailer.send(Mail(mail_id, to, text.subject, body))
