"""Puts the packages of one lock, and our own two, into .venv.

    python3 scripts/install.py LOCK          a lock of Python packages that ours need, and ours
    python3 scripts/install.py --only LOCK   nothing else, into the .venv that is there

Run by make with any Python that has venv. `uv` does the work, because it takes 10 s where pip takes a minute; it is
itself installed by pip from a lock with hashes. Where it fails for whatever reason, pip installs the same lock.
"""

import ast
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
INSTALLER_LOCK = ROOT / "scripts" / "locks" / "installer.lock"
OUR_PACKAGES = ("-e", str(ROOT), "-e", str(ROOT / "client_sdk"))

HEARTBEAT = 10.0
"""Seconds of silence after which a long step says that it is still at work."""

UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
"""Where uv looks for what pip's configuration says: a machine behind a mirror has told pip only."""


def say(line: str) -> None:
    """One short line for the terminal."""
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


def run(*command: str, environment: dict[str, str] | None = None) -> bool:
    """Run a quiet command with a sign of life now and then; its output is shown only when it fails."""
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    began = time.monotonic()
    while True:
        try:
            output, _ = process.communicate(timeout=HEARTBEAT)
            break
        except subprocess.TimeoutExpired:
            say(f"... {time.monotonic() - began:.0f} s")
    if process.returncode != 0:
        sys.stderr.write(output)
    return process.returncode == 0


def venv_works() -> bool:
    """Whether .venv has a Python that starts; one whose system Python was removed or upgraded does not."""
    if not PYTHON.exists():
        return False
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([str(PYTHON), "-c", question], check=False).returncode == 0  # noqa: S603


def make_venv() -> None:
    """Make .venv anew unless it works."""
    if venv_works():
        return
    say(f"Making .venv with Python {sys.version_info.major}.{sys.version_info.minor}")
    venv.create(VENV, clear=True, symlinks=True, with_pip=True)


def pip(*arguments: str) -> bool:
    """Run .venv's pip."""
    return run(str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments)


def ensure_uv() -> bool:
    """Whether uv is there in the locked version; tries to install it."""
    if run(str(PYTHON), "-m", "pip", "--version") or run(str(PYTHON), "-m", "ensurepip"):
        return pip("install", "--require-hashes", "--no-deps", "-r", str(INSTALLER_LOCK))
    return UV.exists()


def pip_settings() -> dict[str, str]:
    """Pip's configuration from files and environment, by option."""
    listed = subprocess.run(  # noqa: S603
        [str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    settings = {}
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        if section in {"global", "install", ":env:"}:
            settings[option] = str(ast.literal_eval(value))
    return settings


def uv_environment() -> dict[str, str]:
    """Ours, and what only pip was told; what uv was told stays."""
    told = {UV_NAMES[option]: value for option, value in pip_settings().items() if option in UV_NAMES}
    return {**told, **os.environ, "VIRTUAL_ENV": str(VENV)}


def install(lock: Path) -> bool:
    """Install the packages of a lock, with uv or else with pip."""
    arguments = ("install", "--require-hashes", "--no-deps", "-r", str(lock))
    if ensure_uv():
        if run(str(UV), "pip", "--quiet", *arguments, environment=uv_environment()):
            return True
        say("uv could not do it; trying pip, which takes a minute")
    return pip(*arguments)


def install_ours() -> bool:
    """Install our two packages so that an edit of their files counts at once. What builds them is in the lock."""
    arguments = ("install", "--no-deps", "--no-build-isolation", "--no-index", *OUR_PACKAGES)
    return (UV.exists() and run(str(UV), "pip", "--quiet", *arguments, environment=uv_environment())) or pip(*arguments)


def main() -> int:
    """Make .venv and fill it; 0 when all is there."""
    *options, name = sys.argv[1:]
    lock = ROOT / name
    began = time.monotonic()
    make_venv()
    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"Installing {count} packages of {lock.name}")
    if not install(lock) or not ("--only" in options or install_ours()):
        sys.stderr.write("The packages could not be installed: is the package registry reachable?\n")
        return 1
    say(f"Packages ready in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
