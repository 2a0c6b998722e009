"""What docs/review-ci.md and docs/review-linters.md offer to be copied fits what is there."""

import json
import re
import shlex

import pytest
from agentxd.plugins.linters.table import linter_rows
from agentxd_cli.table import COMMANDS
from agentxd_protocol.setting import USER_ONLY, Settings
from e2e.review_ci.blocks import ROOT, fenced

PAGES = ("docs/review-ci.md", "docs/review-linters.md")
CI = (ROOT / PAGES[0]).read_text()
LINTERS = (ROOT / PAGES[1]).read_text()
ACTION = (ROOT / "action.yml").read_text()
TEMPLATE = (ROOT / "templates/gitlab-review.yml").read_text()
FLAGS = {
    command.name: {flag for argument in command.arguments for flag in argument.flags}
    for command in COMMANDS
}


def inputs():
    section = ACTION.partition("\ninputs:\n")[2].partition("\noutputs:")[0]
    return set(re.findall(r"^  ([a-z-]+):$", section, re.MULTILINE))


def test_inputs_of_the_action_are_told_and_no_others_are_used():
    rows = CI.partition("| Input |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", rows, re.MULTILINE)) == inputs()
    used = {
        name
        for block in fenced(PAGES[0], "yaml")
        for given in re.findall(r"OWNER/agentx@\S+\n +with:\n((?: {10}.*\n)+)", block)
        for name in re.findall(r"([a-z-]+):", given)
    }
    assert used
    assert used <= inputs()


def test_every_workflow_is_for_pull_requests_with_few_rights():
    flows = [block for block in fenced(PAGES[0], "yaml") if "runs-on" in block]
    assert len(flows) == 2
    for flow in flows:
        assert "contents: read" in flow
        assert "persist-credentials: false" in flow
        assert "fetch-depth: 0" in flow
        assert "pull_request_target" not in flow
        assert "secrets" not in flow


def test_variables_of_the_template_are_told():
    told = set(re.findall(r"AGENTXD_[A-Z_]+", CI))
    assert set(re.findall(r"^  (AGENTXD_\w+):", TEMPLATE, re.MULTILINE)) == told


def test_the_hook_is_called_by_its_name():
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    (name,) = re.findall(r"^- id: (\S+)$", hooks, re.MULTILINE)
    assert f"- id: {name}\n" in CI
    assert f"pre-commit run {name} " in CI


def commands():
    """Every `agentxd …` of the two pages, as words."""
    lines = [line for page in PAGES for block in fenced(page, "sh") for line in block.splitlines()]
    lines += re.findall(r"`(agentxd [^`]+)`", CI + LINTERS)
    for line in lines:
        plain = line.partition(" | ")[0]
        if found := re.search(r"(?:^|/)agentxd ((?:review|hook|config) .*)", plain):
            yield shlex.split(found[1])


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_a_command_has_the_words_that_it_shows(words):
    flags = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert flags <= FLAGS[words[0]] | {"--root", "--json"}


def test_settings_that_are_shown_are_the_users_and_have_the_right_form():
    shown = [words for words in commands() if words[:2] == ["config", "set"]]
    assert len(shown) == 2
    for words in shown:
        key, value = words[-2:]
        assert key in USER_ONLY
        assert Settings.model_validate({key: json.loads(value)}, strict=True)


def test_every_linter_is_told_with_what_lets_it_run():
    rows = re.findall(r"^\| `([a-z-]+)` \|.*\| (yes|when you name it)", LINTERS, re.MULTILINE)
    known = {row.name: "when you name it" if row.runs_code else "yes" for row in linter_rows()}
    assert dict(rows) == known
