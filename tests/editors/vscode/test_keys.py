"""Each key of the VS Code extension is bound under a condition, and the keys of the review are in its page."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/review-vscode.md").read_text()
NOUNS = ("agentx.hunk.", "agentx.proposals.", "agentx.approval.")


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "vscode-extension/package.json").read_text())
    return found["contributes"]


def test_each_key_has_a_condition_and_a_command_that_exists():
    commands = {found["command"] for found in manifest()["commands"]}
    for bound in manifest()["keybindings"]:
        assert bound["command"] in commands, bound
        assert bound.get("when"), bound


def test_the_keys_of_the_review_are_documented():
    keys = {
        bound["key"] for bound in manifest()["keybindings"] if bound["command"].startswith(NOUNS)
    }
    missing = [key for key in keys if f"| `{key}` |" not in PAGE]
    assert not missing


def test_no_two_commands_share_a_key_under_one_condition():
    bound = [(found["key"], found["when"]) for found in manifest()["keybindings"]]
    assert len(bound) == len(set(bound))


def test_each_menu_entry_names_a_command_that_exists():
    commands = {found["command"] for found in manifest()["commands"]}
    for place, entries in manifest()["menus"].items():
        for entry in entries:
            assert "submenu" in entry or entry["command"] in commands, (place, entry)
