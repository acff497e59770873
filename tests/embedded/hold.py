"""A program that runs the embedded services of one folder until its standard input ends.

    python -m tests.embedded.hold DATA

Prints the addresses when they answer, `signal` for each SIGINT and SIGTERM that it hears (and goes on, as a server does
that drains), and `stopped` at the end.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

import msgspec

from server.embedded import Supervisor


def say(line: str) -> None:
    # Not print: a signal may come in the middle of a line that is being written.
    os.write(1, line.encode() + b"\n")


def hear(_number: int, _frame: FrameType | None) -> None:
    say("signal")


def main() -> None:
    signal.signal(signal.SIGINT, hear)
    signal.signal(signal.SIGTERM, hear)
    with Supervisor(Path(sys.argv[1])) as services:
        say(msgspec.json.encode(services).decode())
        sys.stdin.read()
    say("stopped")


if __name__ == "__main__":
    main()
