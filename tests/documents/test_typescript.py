"""The browser's types say what the contract says."""

from pathlib import Path

from fastshop.registry import contract
from server.documents.typescript import typescript

WRITTEN = Path(__file__).parents[2] / "web/src/contract.ts"


def test_the_types_in_web_are_those_of_the_contract() -> None:
    assert WRITTEN.read_text() == typescript(contract()), "stale: fastshop typescript > web/src/contract.ts"


def test_no_two_commands_have_one_name_as_their_types_would_run_together() -> None:
    names = sorted(command.__name__ for command in contract().commands.values())
    assert names == sorted(set(names))


def test_a_field_with_a_default_may_be_left_out_of_a_command_but_is_always_in_an_answer() -> None:
    text = typescript(contract())
    assert (
        "export interface ImageInput {\n  /** https, or a path of ours */\n  url: string;\n  alt?: string;\n}" in text
    )
    assert "export interface Image {\n  /** https, or a path of ours */\n  url: string;\n  alt: string;\n}" in text
