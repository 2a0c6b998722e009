"""The README promises nothing: its commands exist, and what does not exist is not offered."""

import re
import subprocess

import pytest
from agentxd_cli.table import COMMANDS
from tidy.sources import ROOT

README = (ROOT / "README.md").read_text()
WORKS = README.partition("## What works today")[2].partition("\n## ")[0]
LACKS = README.partition("## What does not work yet")[2].partition("\n## ")[0]
OPTIONS = {
    command.name: {flag for argument in command.arguments for flag in argument.flags}
    for command in COMMANDS
}


def commands_in(text: str) -> list[str]:
    """Every `agentxd …` in backticks."""
    return re.findall(r"`agentxd ([^`]+)`", text)


def rows(section: str) -> list[list[str]]:
    """Cells of the table's rows, without its head."""
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("command", commands_in(README))
def test_a_command_of_the_readme_exists(command: str) -> None:
    verb, *rest = command.split()
    assert verb in OPTIONS
    flags = {word for word in rest if word.startswith("--")}
    assert flags <= OPTIONS[verb] | {"--root", "--json"}


def test_every_row_that_works_names_a_command_to_try() -> None:
    found = rows(WORKS)
    assert found
    assert [row for row in found if not commands_in(row[1])] == []


def test_what_does_not_work_yet_offers_no_command() -> None:
    assert rows(LACKS)
    assert commands_in(LACKS) == []


def test_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make (\w+)", README, re.MULTILINE)) <= targets


def test_the_two_sentences_come_first() -> None:
    first = README.split("\n\n")[1]
    assert len(re.findall(r"[.](?:\s|$)", first)) == 2


def test_the_readme_promises_nothing() -> None:
    assert re.findall(r"\b(?:will|soon|coming|planned|upcoming)\b", README) == []


def test_the_picture_is_of_commands_that_exist() -> None:
    picture = (ROOT / "docs/pictures/run.svg").read_text()
    shown = re.findall(r">agentxd (\w+)", picture)
    assert shown
    assert set(shown) <= set(OPTIONS)
    assert "scripts/make_picture.py" in picture


def test_make_help_names_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("setup", "test", "check", "demo", "bench", "wheel", "clean", "generate"):
        assert f"make {target}" in done.stdout
