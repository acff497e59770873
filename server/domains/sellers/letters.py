"""What sellers, applicants and those who are invited are written to. Sent by jobs; an id makes each arrive once.

The words are ours, the shop's name and a manager's reason: nobody chooses what a stranger reads.
"""

from typing import Any
from uuid import UUID, uuid5

from fastshop.contract.catalog import StockLow
from fastshop.contract.orders import OrderPlaced
from fastshop.contract.sellers import ApplicationDecided, ApplicationState, SellerReinstated, SellerSuspended
from fastshop.contract.staff import StaffInvited
from server.domains.sellers.invitations import Tokens
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.mail import Mail, Mailer
from server.kernel.writing import flat

_APPLICANT = "SELECT email FROM users WHERE id = $1"
_OWNER = """
SELECT users.email FROM users JOIN sellers ON sellers.id = users.seller_id
WHERE sellers.id = $1 AND users.disabled_at IS NULL ORDER BY users.created_at, users.id LIMIT 1
"""
_INVITATION = """
SELECT invitation.email, sellers.name FROM seller_invitations invitation
    JOIN sellers ON sellers.id = invitation.seller_id
WHERE invitation.id = $1 AND invitation.ended_at IS NULL AND invitation.expires_at > $2
"""
_LOW = """
SELECT sellers.contact_email AS email, product.title FROM product_variants variant
    JOIN sellers ON sellers.id = variant.seller_id JOIN products product ON product.id = variant.product_id
WHERE variant.id = $1 AND sellers.low_stock_mail AND sellers.contact_email <> ''
"""
_ORDERED = "SELECT contact_email AS email FROM sellers WHERE id = $1 AND new_order_mail AND contact_email <> ''"


class SellerLetters:
    """Writes mail. Refused while it cannot be sent: `MailDelayed`."""

    def __init__(self, database: Database, clock: Clock, tokens: Tokens, mailer: Mailer, origin: str) -> None:
        self._database = database
        self._clock = clock
        self._tokens = tokens
        self._mailer = mailer
        self._origin = origin

    async def decision(self, event: ApplicationDecided) -> None:
        """To an applicant."""
        application = event.application
        if application.state is ApplicationState.APPROVED:
            subject, body = "Welcome: your shop is open", f"You can sell now:\n\n{self._origin}/seller\n"
        else:
            subject = "Your application to sell with us"
            body = (
                f"We cannot take you in as a seller, because:\n\n{application.reason}\n\n"
                f"You can apply again:\n\n{self._origin}/seller/apply\n"
            )
        row = await self._database.fetch_one(_APPLICANT, application.applicant_id)
        await self._send(application.id, row, subject, body)

    async def suspended(self, event: SellerSuspended) -> None:
        """To the owner of a shop."""
        body = (
            f"Nobody can see or buy your products for now, because:\n\n{event.reason}\n\n"
            f"Orders that you have go on: please fulfil them.\n\n{self._origin}/seller\n"
        )
        row = await self._database.fetch_one(_OWNER, event.seller_id)
        await self._send(event.notice_id, row, "Your shop is suspended", body)

    async def reinstated(self, event: SellerReinstated) -> None:
        """To the owner of a shop."""
        body = f"Your products can be seen and bought again.\n\n{self._origin}/seller\n"
        row = await self._database.fetch_one(_OWNER, event.seller_id)
        await self._send(event.notice_id, row, "Your shop is open again", body)

    async def invitation(self, event: StaffInvited) -> None:
        """To somebody who is asked to work for a shop, with or without an account."""
        row = await self._database.fetch_one(_INVITATION, event.invitation_id, self._clock.now())
        link = f"{self._origin}/seller/join#token={self._tokens.token(event.invitation_id)}"
        shop = flat(row["name"]) if row else ""
        body = (
            f"The shop {shop} asks you to work for it. Sign in, or open an account with this address,\n"
            f"and accept here:\n\n{link}\n\n"
            "The link works once, for a week. If you do not know the shop, do nothing.\n"
        )
        await self._send(event.invitation_id, row, "A shop asks you to work for it", body)

    async def stock_low(self, event: StockLow) -> None:
        """To the contact of a seller who wants to know."""
        row = await self._database.fetch_one(_LOW, event.variant_id)
        units = f"{event.on_hand} left, your threshold is {event.threshold}"
        body = f"{flat(row['title']) if row else ''} ({event.sku}): {units}.\n\n{self._origin}/seller/stock\n"
        await self._send(uuid5(event.variant_id, event.time.isoformat()), row, "Stock is running low", body)

    async def ordered(self, event: OrderPlaced) -> None:
        """To the contacts of sellers who want to know. Who bought is told on the order's page alone."""
        order = event.order
        for part in order.parts:
            row = await self._database.fetch_one(_ORDERED, part.seller_id)
            lines = (line for line in order.lines if line.seller_id == part.seller_id)
            bought = "\n".join(f"{line.quantity} × {flat(line.title)} ({line.sku})" for line in lines)
            body = f"This was ordered from you:\n\n{bought}\n\n{self._origin}/seller/orders/{order.id}\n"
            await self._send(uuid5(order.id, part.seller_id.hex), row, f"New order {order.number}", body)

    async def _send(self, mail_id: UUID, to: Any, subject: str, body: str) -> None:
        """Send it, where there still is somebody to send it to."""
        if to is not None:
            await self._mailer.send(Mail(mail_id, to["email"], subject, body))
