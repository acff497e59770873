"""What happens after a picture was added or taken away."""

from fastshop.contract.media import MediaAdded, MediaRemoved
from server.domains.media.keeping import Keeping
from server.kernel.job import Job


def jobs(keeping: Keeping) -> tuple[Job, ...]:
    """The jobs of this domain."""

    async def make(event: MediaAdded) -> None:
        await keeping.make(event.media.id)

    async def clear(event: MediaRemoved) -> None:
        await keeping.clear(event.media_id)

    # Few at a time: each unpacks up to 200 MB.
    return (Job("media.make", MediaAdded, make, is_long=True), Job("media.clear", MediaRemoved, clear))
