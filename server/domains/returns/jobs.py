"""What is done after something happened to a return or a dispute."""

from fastshop.contract.disputes import DisputeMoved, DisputeOpened, DisputeReplied
from fastshop.contract.evidence import EvidenceAdded
from fastshop.contract.returns import ReturnMoved, ReturnRequested
from server.domains.returns.evidence import Exhibits
from server.domains.returns.letters import ReturnLetters
from server.kernel.job import Job

# A guest hears of it by mail only: it is tried for about a day.
_DAY = 1500


def jobs(letters: ReturnLetters, exhibits: Exhibits) -> tuple[Job, ...]:
    """The jobs of this domain."""

    async def make(event: EvidenceAdded) -> None:
        await exhibits.make(event.evidence.id)

    return (
        Job("returns.mail_requested", ReturnRequested, letters.requested, retries=_DAY),
        Job("returns.mail_moved", ReturnMoved, letters.moved, retries=_DAY),
        Job("disputes.mail_opened", DisputeOpened, letters.opened, retries=_DAY),
        Job("disputes.mail_replied", DisputeReplied, letters.replied, retries=_DAY),
        Job("disputes.mail_decided", DisputeMoved, letters.decided, retries=_DAY),
        # Few at a time: each unpacks up to 200 MB.
        Job("evidence.make", EvidenceAdded, make, is_long=True),
    )
