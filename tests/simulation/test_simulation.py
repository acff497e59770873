"""Thousands of flash sales in which everything fails that can: no promise may break in any of them.

A failure names its seed; `fastshop simulate --seed N` tells its story again. ``SIMULATION_SEED`` moves to other seeds.
"""

import os
import subprocess
import sys
from io import StringIO
from typing import cast

import pytest
from rich.console import Console
from typer.testing import CliRunner

from server.cli import app
from server.simulation import Plan, command, simulate
from tests.simulation.broken import BROKEN

FIRST = int(os.environ.get("SIMULATION_SEED", "1"))
BLOCK, BLOCKS = 50, 40

# So many schedules find each thing that may be wrong, with room to spare.
ENOUGH = 150

STORIES = """
from server.simulation import Plan, simulate
for seed in (3, 5, 8):
    outcome = simulate(Plan(seed))
    print(*outcome.story, outcome.steps, sorted(outcome.counts.items()), sep="\\n")
"""


def replayed(seed: int) -> str:
    return f"seed {seed}: fastshop simulate --seed {seed}"


@pytest.mark.parametrize("block", range(BLOCKS))
def test_p1_to_p5_p11_p12_hold_whatever_fails(block: int) -> None:
    first = FIRST + block * BLOCK
    broken = {replayed(seed): simulate(Plan(seed)).violation for seed in range(first, first + BLOCK)}
    assert {told: violation for told, violation in broken.items() if violation} == {}


def test_a_crowd_on_three_nodes() -> None:
    outcome = simulate(Plan(FIRST, buyers=150, nodes=3))
    assert outcome.violation == "", replayed(FIRST)
    assert outcome.counts["events"] > 150


@pytest.mark.parametrize("wrong", BROKEN)
def test_what_is_wrong_is_found(wrong: str) -> None:
    parts = BROKEN[wrong]
    outcomes = (simulate(Plan(seed), parts) for seed in range(ENOUGH))
    found = next((outcome for outcome in outcomes if outcome.violation), None)
    assert found is not None, f"{wrong}, and {ENOUGH} schedules did not find it"
    again = simulate(Plan(found.seed), parts)
    assert (again.violation, again.steps, again.story) == (found.violation, found.steps, found.story)


def test_the_schedules_are_rough() -> None:
    """What finds nothing because nothing happens proves nothing."""
    outcomes = [simulate(Plan(seed)) for seed in range(30)]
    told = "\n".join(line.what for outcome in outcomes for line in outcome.story)
    for words in (
        "is killed",
        "stands still",
        "restarted as for a release",
        "can hardly be reached",
        "answers a commit of node-1, which is lost",
        "is lost",
        "is doubled",
        "is cut off",
        "draws its lobby",
        "has bought",
        "could not pay",
        "did not pay",
        "has given 1 unit",
        "has left the line",
        "gets nothing: sold_out",
        "has other terms now",
        "is ended early",
        "is cancelled",
    ):
        assert words in told, words


def test_the_same_seed_is_the_same_story_in_every_process() -> None:
    def told(hash_seed: str) -> str:
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", STORIES]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert told("1") == told("2") != ""


def test_a_person_reads_the_story_and_what_was_checked() -> None:
    result = CliRunner().invoke(app, ["simulate", "--seed", "7", "--buyers", "4"])
    assert result.exit_code == 0
    assert "sale        is set up" in result.stdout
    assert "sale        is closed" in result.stdout
    assert "Seed 7: " in result.stdout
    assert "never more than there are (P2)" in result.stdout


def test_a_person_reads_what_was_found_and_how_to_see_it_again() -> None:
    out = Console(file=StringIO(), width=200)
    plans = [Plan(seed) for seed in range(ENOUGH)]
    parts = BROKEN["the line is served out of order"]
    assert not command.run(plans, out, Console(file=StringIO()), quiet=True, parts=parts)
    told = cast("StringIO", out.file).getvalue()
    assert "somebody in line was served before the first" in told
    assert "sale        draws its lobby" in told
    assert "Again: fastshop simulate --seed " in told
    assert "Checked" not in told


def test_a_person_runs_many_and_reads_only_how_it_ended() -> None:
    result = CliRunner().invoke(app, ["simulate", "--seed", "7", "--schedules", "3"])
    assert result.exit_code == 0
    assert "Seeds 7 to 9: " in result.stdout
    assert "is set up" not in result.stdout
