"""What happens after something was written about an account."""

from fastshop.contract.credentials import LetterWritten
from server.domains.accounts.letters import Letters
from server.kernel.job import Job


def jobs(letters: Letters) -> tuple[Job, ...]:
    """The jobs of this domain."""

    async def send(event: LetterWritten) -> None:
        await letters.send(event.letter_id)

    return (Job("accounts.send_letter", LetterWritten, send, retries=30),)
