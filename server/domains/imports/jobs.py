"""What happens after an import was asked for."""

from fastshop.contract.imports import ImportRequested
from server.domains.imports.service import Imports
from server.kernel.job import Job


def jobs(imports: Imports) -> tuple[Job, ...]:
    """The jobs of this domain."""

    async def run(event: ImportRequested) -> None:
        await imports.run(event.import_id)

    return (Job("imports.run", ImportRequested, run, is_long=True),)
