"""Findings in editors: they come on save, go with an answer, move with the text, and are mended."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from clients import start_editor

RATES = "parcel/rates.py"
LOAD = '\n\ndef load(text):\n    return yaml.load(text)  # 😀\n\n\ndef run(line):\n    os.system(f"ls {line}")\n'
RULE = "dangerous-call"
ANSWERS = ".agent/review-answers.toml"


def of(rule):
    """Diagnostics of a rule of the review."""

    def found(diagnostics):
        return [d for d in diagnostics if d.source == "agentx review" and d.code == rule]

    return found


calls = of(RULE)


@pytest.fixture
def house(house):
    house.cli("config", "set", "idle_exit_seconds", "60")
    return house


@pytest_asyncio.fixture
async def editors(house):
    found = [await start_editor(house), await start_editor(house, "neovim")]
    yield found
    for editor in found:
        await editor.leave()


async def saved(editor, addition=LOAD):
    """The file is open, has what was added, and is saved; the diagnostics of what was found."""
    editor.open(RATES)
    editor.type(RATES, editor.text(RATES) + addition)
    editor.save(RATES)
    return calls(await editor.hints(RATES, lambda d: len(calls(d)) == 2))


def named(actions, word):
    found = [action for action in actions if word in action.title]
    assert len(found) == 1, [action.title for action in actions]
    return found[0]


async def test_a_finding_comes_on_save_is_mended_by_an_edit_and_gone_after_the_next_save(editors):
    editor, other = editors
    assert not of(RULE)(editor.client.diagnostics.get(editor.uri(RATES), []))
    load, _ = await saved(editor)
    lines = editor.text(RATES).split("\n")
    assert "yaml.load" in lines[load.range.start.line]
    assert load.range.start.character == lines[load.range.start.line].index("yaml")
    assert load.severity == 2
    assert load.data["fingerprint"]
    action = named(await editor.actions(RATES, load.range.start.line), "safe_load")
    assert action.kind == "quickfix"
    assert action.is_preferred
    assert (
        action.edit.document_changes[0].text_document.version == editor.versions[editor.uri(RATES)]
    )
    await editor.choose(action)
    assert "yaml.safe_load(text)  # 😀" in editor.text(RATES)
    await editor.hints(RATES, lambda d: len(calls(d)) == 1)  # its line was edited
    editor.save(RATES)
    left = calls(await editor.hints(RATES, lambda d: len(calls(d)) == 1))
    assert "os.system" in left[0].message
    other.open(RATES)
    await other.hints(RATES, lambda d: len(calls(d)) == 1)


async def test_findings_move_with_what_is_typed_above_and_in_the_units_of_the_client(editors):
    editor, other = editors
    first, second = await saved(editor)
    other.open(RATES)
    await other.hints(RATES, lambda d: len(calls(d)) == 2)
    editor.type(RATES, "# 😀\n# two\n" + editor.text(RATES))
    moved = calls(
        await editor.hints(RATES, lambda d: calls(d) and calls(d)[0].range.start.line == first.range.start.line + 2)
    )  # fmt: skip
    assert moved[1].range.start.line == second.range.start.line + 2
    still = calls(other.client.diagnostics[other.uri(RATES)])
    assert still[0].range == first.range, "the other editor has not that text"


@pytest.mark.parametrize(
    ("word", "kept"),
    [("accept it", "accepted"), ("false positive", "false-positive"), ("later", "later")],
)
async def test_an_answer_is_written_down_and_the_finding_goes_in_every_editor(
    house, editors, word, kept
):
    editor, other = editors
    found = await saved(editor)
    other.open(RATES)
    await other.hints(RATES, lambda d: len(calls(d)) == 2)
    line = found[0].range.start.line
    await editor.choose(named(await editor.actions(RATES, line), word))
    for each in (editor, other):
        left = calls(await each.hints(RATES, lambda d: len(calls(d)) == 1))
        assert left[0].data["fingerprint"] == found[1].data["fingerprint"]
    text = (house.root / ANSWERS).read_text()
    assert f'fingerprint = "{found[0].data["fingerprint"]}"' in text
    assert f'answer = "{kept}"' in text
    assert ("until = " in text) == (kept == "later")
    editor.type(RATES, editor.text(RATES) + "# more\n")
    editor.save(RATES)
    again = await house_review(editor)
    assert [one["fingerprint"] for one in again["findings"] if one["rule"] == RULE] == [
        found[1].data["fingerprint"]
    ]
    assert again["hidden"]["nAnswered"] == 1


async def test_an_answer_in_the_terminal_counts_in_editors(house, editors):
    editor, _ = editors
    found = await saved(editor)
    name = found[0].data["fingerprint"]
    words = ("answer", name, "false-positive", "--reason", "our own text")
    done = await asyncio.to_thread(house.cli, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    left = calls(await editor.hints(RATES, lambda d: len(calls(d)) == 1))
    assert left[0].data["fingerprint"] != name


async def index_of(editor):
    return (await editor.client.protocol.send_request_async("agentx/index/status", {})).state


async def house_review(editor):
    """The same review, asked for."""
    return await editor.command("agentx.review.run")


async def test_a_finding_is_ignored_by_a_remark_and_explained(editors):
    editor, _ = editors
    found = await saved(editor)
    line = found[1].range.start.line
    actions = await editor.actions(RATES, line)
    text = await editor.choose(named(actions, "explain"))
    assert text.startswith(f"# {RULE}")
    await editor.choose(named(actions, "ignore"))
    assert f"\n    # agentx: ignore[{RULE}] reason\n    os.system(" in editor.text(RATES)
    editor.save(RATES)
    left = calls(await editor.hints(RATES, lambda d: len(calls(d)) == 1))
    assert "yaml" in left[0].message


async def test_a_commit_takes_the_findings_of_what_is_committed(house, editors):
    editor, _ = editors
    await saved(editor)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", *who, "commit", "-qam", "x"], cwd=house.root, check=True)
    await editor.hints(RATES, lambda d: not calls(d))


async def test_what_another_program_writes_is_reviewed_too(house, editors):
    editor, _ = editors
    await saved(editor)
    while await index_of(editor) != "ready":
        await asyncio.sleep(0.1)
    await asyncio.sleep(1.5)  # news that come right after a save tell of that save
    quote = house.root / "parcel/quote.py"
    quote.write_text(quote.read_text() + LOAD)
    await editor.hints("parcel/quote.py", lambda d: len(calls(d)) == 2)


async def test_findings_and_hunks_of_a_file_are_told_together(house, editors):
    editor, _ = editors
    await saved(editor)
    done = await asyncio.to_thread(house.cli, "run", "fix lint")
    assert done.returncode == 0, done.stdout + done.stderr
    found = await editor.hints(RATES, lambda d: calls(d) and any(x.source == "agentx" for x in d))
    assert len(calls(found)) == 2


async def test_a_fix_becomes_a_proposal_with_the_checks_before_and_after(house, editors):
    editor, _ = editors
    found = await saved(editor)
    names = [one.data["fingerprint"] for one in found]
    params = {"fingerprints": names}
    told = await editor.client.protocol.send_request_async("agentx/review/fix", params)
    assert told.nMended == 1
    assert [left.fingerprint for left in told.leftOut] == [names[1]]
    proposal = house.json("show", told.proposalId)
    hunk = proposal["hunks"][0]
    assert "yaml.safe_load(text)" in hunk["newText"]
    assert {one["phase"] for one in proposal["evidence"]} == {"before", "after"}
    done = await asyncio.to_thread(house.cli, "accept", told.proposalId)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "yaml.safe_load(text)" in editor.text(RATES)


async def test_nothing_is_reviewed_where_the_setting_says_no(house, editors):
    editor, _ = editors
    house.cli("config", "set", "review_on_save", "false")
    editor.open(RATES)
    editor.type(RATES, editor.text(RATES) + LOAD)
    editor.save(RATES)
    again = await house_review(editor)
    assert len([one for one in again["findings"] if one["rule"] == RULE]) == 2
    await editor.hints(RATES, lambda d: len(calls(d)) == 2)  # shown, since somebody asked
