"""Why the embedded services did not start. Each message is a sentence for the person at the terminal.

EmbeddedError
 ├── FolderInUse        another supervisor owns the data folder
 ├── FolderNotUsable    the folder belongs to somebody else, or to another version of PostgreSQL
 └── StartFailed        a program did not become ready; carries the end of what it wrote
"""

from pathlib import Path


class EmbeddedError(Exception):
    """The embedded services cannot be had; the message says what to do."""


class FolderInUse(EmbeddedError):
    """Another process already runs the services of this folder."""

    def __init__(self, data: Path, pid: int | None) -> None:
        self.data = data
        self.pid = pid
        owner = f"by process {pid}" if pid is not None else "by a process that is just starting"
        super().__init__(f"{data} is in use {owner}: stop that one, or set FASTSHOP_DATA to another folder.")


class FolderNotUsable(EmbeddedError):
    """The folder cannot hold the services for this user and this version."""


class StartFailed(EmbeddedError):
    """A program ended, or did not answer, before it was ready."""

    def __init__(self, name: str, reason: str, output: str) -> None:
        self.name = name
        self.output = output
        super().__init__(f"{name} {reason}." + (f" Its last words:\n{output}" if output else ""))
