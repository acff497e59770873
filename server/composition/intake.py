"""What people upload: pictures of goods, and lists of them."""

from typing import TYPE_CHECKING

from server.adapters.storage.local import LocalFiles
from server.composition.area import Area, Rounds
from server.composition.goods import Goods
from server.composition.outside import Outside
from server.domains.catalog.pictures import Pictures
from server.domains.imports import channels
from server.domains.imports import jobs as import_jobs
from server.domains.imports import operations as import_operations
from server.domains.imports.running import Running
from server.domains.imports.service import Imports
from server.domains.imports.uploads import Uploads
from server.domains.media import jobs as media_jobs
from server.domains.media import operations as media_operations
from server.domains.media.keeping import Keeping
from server.domains.media.service import Gallery
from server.kernel.channel import Watch
from server.kernel.job import Job
from server.kernel.operation import Operation
from server.settings import Settings

if TYPE_CHECKING:
    from server.adapters.storage.s3 import S3Files


class Intake(Area):
    """The files that come in, and what is made of them."""

    def __init__(self, outside: Outside, goods: Goods) -> None:
        database, clock = outside.database, outside.clock
        self._clock = clock
        self.files = files = _files(outside.settings)
        self.uploads = uploads = Uploads(database, files, clock)
        pictures = Pictures(database, goods.browsing, clock)
        self._gallery = Gallery(database, files, uploads, pictures, outside.attempts, clock)
        self._keeping = Keeping(database, files, uploads, pictures, clock)
        running = Running(
            database, files, goods.browsing, goods.editing, goods.taxonomy, clock, outside.settings.currency
        )
        self.imports = Imports(database, files, running, clock)

    def operations(self) -> tuple[Operation, ...]:
        """See `Area`."""
        return (*import_operations.operations(self.imports), *media_operations.operations(self._gallery))

    def watches(self) -> tuple[Watch, ...]:
        """See `Area`."""
        return channels.watches(self.imports, self._clock)

    def jobs(self) -> tuple[Job, ...]:
        """See `Area`."""
        return (*import_jobs.jobs(self.imports), *media_jobs.jobs(self._keeping))

    def rounds(self) -> Rounds:
        """See `Area`."""
        return {"pictures left over": self._keeping.sweep, "uploads left over": self.uploads.sweep}


def _files(settings: Settings) -> "LocalFiles | S3Files":
    if settings.s3 is None:
        return LocalFiles(settings.files)
    # Who keeps files in the folder does not load it.
    from server.adapters.storage.s3 import S3Files

    return S3Files(settings.s3)
