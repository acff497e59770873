"""Starting a child so that it dies with us, keeps its predecessor out, and does not hear the terminal's Ctrl-C."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from server.embedded import launcher

IDENTITY_SAME = "same"
IDENTITY_NAMESPACE = "namespace"

_OUTPUT_SHOWN = 4_000
"""Characters of a failed program's output that go into an error message: some forty lines."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `identity` is the launcher's word; `output` receives stdout and stderr, appended."""

    argv: tuple[str, ...]
    identity: str
    folder: Path
    output: Path
    death_signal: signal.Signals


def spawn(program: Program, inherited: int) -> subprocess.Popen[bytes]:
    """Start it; `inherited` is a descriptor it keeps open as long as it or any of its descendants lives.

    A session of its own: Ctrl-C goes to the terminal's whole process group, and the server must drain before its
    database goes. Linux ties the death signal to the calling *thread*, so that thread must live as long as the child is
    wanted.
    """
    with program.output.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own binaries
            launch_command(program.argv, program.identity, program.death_signal),
            cwd=program.folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(inherited,),
            start_new_session=True,
        )


def launch_command(argv: tuple[str, ...], identity: str, death_signal: signal.Signals) -> list[str]:
    """The command line that runs `argv` through the launcher."""
    tie = (str(os.getpid()), str(death_signal.value), identity)
    # -I -S: no site-packages and no user's PYTHON* variables; it starts in 20 ms.
    return [sys.executable, "-I", "-S", launcher.__file__, *tie, *argv]


def clean_environment() -> dict[str, str]:
    """Ours without what would change the child: PGPORT, PGDATA and the like, and the language of its messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def size_of(output: Path) -> int:
    """Bytes written so far; to be given to `words_since`."""
    return output.stat().st_size if output.exists() else 0


def words_since(output: Path, start: int) -> str:
    """The end of what was written after the first `start` bytes, for an error message; may be empty."""
    with output.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")[-_OUTPUT_SHOWN:].strip()


def signal_process(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send it, unless the process is already gone."""
    try:
        process.send_signal(number)
    except ProcessLookupError:
        return
