"""VIES, the European Commission's register of VAT numbers, by its REST API.

It asks the register of the member state, which is away now and then. Then it answers with an error and without
``valid``, and some errors come with status 200: only a clear yes or no counts.
"""

import aiohttp
import msgspec
import structlog
from msgspec import Struct

from server.domains.pricing.ports import RegisterAway

logger = structlog.get_logger()


class _Answer(Struct):
    valid: bool


class Vies:
    """See `server.domains.pricing.ports.VatRegister`. ``base`` is where it answers, within ``patience`` seconds."""

    def __init__(self, base: str, patience: float = 20) -> None:
        self._base = base
        self._patience = aiohttp.ClientTimeout(total=patience)

    async def knows(self, number: str) -> bool:
        """See the port."""
        asked = {"countryCode": number[:2], "vatNumber": number[2:]}
        try:
            async with (
                aiohttp.ClientSession(timeout=self._patience) as session,
                session.post(f"{self._base}/check-vat-number", json=asked, allow_redirects=False) as answer,
            ):
                body = await answer.read()
                if answer.status == 200:
                    return msgspec.json.decode(body, type=_Answer).valid
                problem = f"status {answer.status}"
        except (TimeoutError, aiohttp.ClientError, OSError, msgspec.MsgspecError) as error:
            problem = type(error).__name__
        logger.warning("the register of VAT numbers does not answer", problem=problem)
        raise RegisterAway
