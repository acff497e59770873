"""Proofs of work against bots: a challenge for one person and one sale, good for one place or claim.

A person's browser solves it within a second, unseen; who comes with thousands of accounts pays for each of them.
"""

import base64
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import altcha
import msgspec
from msgspec import Struct

from actors.flash_sale import Proved
from fastshop.contract.lines import ChallengeParameters, ProofChallenge
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.keyed import Keyed

# The counter to be found is below: about a third of a second in a browser, a few in an old phone.
_HARDEST = 65_536
_GOOD_FOR = timedelta(minutes=10)
# By how much the clocks of two servers may differ: what one has forgotten must not count on the other.
_CLOCKS_DIFFER = timedelta(minutes=1)

_USE = "INSERT INTO flash_sale_proofs (nonce, used_for, expires_at) VALUES ($1, $2, $3) ON CONFLICT (nonce) DO NOTHING"
_USED_FOR = "SELECT used_for FROM flash_sale_proofs WHERE nonce = $1"
_FORGET = "DELETE FROM flash_sale_proofs WHERE expires_at < $1"


class _Sent(Struct):
    challenge: ProofChallenge


_sent = msgspec.json.Decoder(_Sent)


class Proofs:
    """Makes challenges, and judges what comes back."""

    def __init__(self, database: Database, clock: Clock, keyed: Keyed) -> None:
        self._database = database
        self._clock = clock
        self._key = keyed.key("proof of work")

    def challenge(self, sale_id: UUID, person: UUID) -> ProofChallenge:
        """A new challenge."""
        # Not altcha's own expiry: that one looks at the machine's clock.
        expires = (self._clock.now() + _GOOD_FOR).isoformat()
        made = altcha.create_challenge(
            "SHA-256",
            1,
            counter=secrets.randbelow(_HARDEST),
            data={"sale": str(sale_id), "person": str(person), "expires": expires},
            hmac_secret=self._key,
        )
        return ProofChallenge(msgspec.convert(made.parameters.to_dict(), ChallengeParameters), made.signature or "")

    async def judge(self, proof: str, sale_id: UUID, person: UUID, used_for: UUID) -> Proved:
        """What comes of a proof that is sent along with a place's or a claim's id. For the same id it counts again."""
        if not proof:
            return Proved.NOTHING
        parameters = self._solved(proof)
        if parameters is None:
            return Proved.WRONG
        data = parameters.data
        expires = datetime.fromisoformat(data["expires"])
        if (data["sale"], data["person"]) != (str(sale_id), str(person)) or expires <= self._clock.now():
            return Proved.WRONG
        await self._database.fetch(_USE, parameters.nonce, used_for, expires)
        row = await self._database.fetch_one(_USED_FOR, parameters.nonce)
        return Proved.GOOD if row is not None and row["used_for"] == used_for else Proved.WRONG

    async def forget_expired(self) -> None:
        """Forget the proofs that would not count any more."""
        await self._database.fetch(_FORGET, self._clock.now() - _CLOCKS_DIFFER)

    def _solved(self, proof: str) -> ChallengeParameters | None:
        """What was to be solved, if it was one of ours and it was."""
        try:
            sent = _sent.decode(base64.b64decode(proof))
            solved = altcha.verify_solution(proof, self._key).verified
        except Exception:
            return None
        return sent.challenge.parameters if solved else None
