"""The review in any LSP editor: two real clients through the shim, one real daemon."""

import asyncio

from daemons import RawClient
from lsprotocol import types

RATES = "parcel/rates.py"


def hunk_ids(diagnostics):
    return sorted(found.data["hunkId"] for found in diagnostics)


async def soon(is_so):
    """A command may be answered before its edit has gone all its way."""
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(is_so):
            await asyncio.sleep(0.05)


def state_of(house, name):
    return next(h["state"] for h in house.json("proposals")[-1]["hunks"] if h["id"] == name)


def of_file(proposal, path):
    return sorted(hunk["id"] for hunk in proposal["hunks"] if hunk["path"] == path)


async def test_hunks_are_hints_with_their_id_in_data(editor, proposal):
    editor.open(RATES)
    wanted = of_file(proposal, RATES)
    found = await editor.hints(RATES, lambda hints: hunk_ids(hints) == wanted)
    assert {hint.severity for hint in found} == {types.DiagnosticSeverity.Hint}
    assert {hint.source for hint in found} == {"agentx"}
    lines = {hunk["id"]: hunk["startLine"] for hunk in proposal["hunks"]}
    assert all(hint.range.start.line == lines[hint.data["hunkId"]] for hint in found)


async def test_each_hunk_has_lenses_and_the_file_has_its_own(editor, proposal):
    editor.open(RATES)
    lenses = await editor.lenses(RATES)
    commands = [(lens.command.command, tuple(lens.command.arguments)) for lens in lenses]
    for name in of_file(proposal, RATES):
        for command in ("agentx.accept", "agentx.reject", "agentx.why", "agentx.evidence"):
            assert (command, (name,)) in commands
    assert ("agentx.accept", (f"{proposal['id']}:{RATES}",)) in commands


async def test_accept_in_one_and_the_lens_goes_away_in_the_other(editors, proposal):
    one, two = editors
    one.open(RATES)
    two.open(RATES)
    ids = of_file(proposal, RATES)
    await two.hints(RATES, lambda hints: hunk_ids(hints) == ids)
    answer = await one.command("agentx.accept", ids[0])
    assert answer["hunks"] == {ids[0]: "applied"}
    await two.hints(RATES, lambda hints: hunk_ids(hints) == ids[1:])
    lenses = await two.lenses(RATES)
    assert not [lens for lens in lenses if lens.command.arguments == [ids[0]]]


async def test_accept_lands_in_the_editor_and_not_on_disk(editor, proposal, house):
    editor.open(RATES)
    before = (house.root / RATES).read_text()
    await editor.command("agentx.accept", of_file(proposal, RATES)[0])
    assert editor.text(RATES) != before
    assert (house.root / RATES).read_text() == before


async def test_invariant_5_what_was_typed_meanwhile_stays(editor, proposal):
    editor.open(RATES)
    typed = editor.text(RATES).replace('"home": 4.5,', '"home": 4.75,  # typed')
    editor.type(RATES, typed)
    await editor.command("agentx.accept", f"{proposal['id']}:{RATES}")
    assert '"home": 4.75,  # typed' in editor.text(RATES)
    assert "import sys" not in editor.text(RATES)


async def test_typing_at_the_very_moment_of_the_accept_loses_nothing(editor, proposal, house):
    editor.open(RATES)

    def type_now():
        editor.type(RATES, editor.text(RATES) + "# typed at the last moment\n")

    editor.before_apply = type_now
    name = of_file(proposal, RATES)[0]
    await editor.command("agentx.accept", name)
    await soon(lambda: state_of(house, name) == "applied")
    assert editor.text(RATES).endswith("# typed at the last moment\n")
    assert "import sys" not in editor.text(RATES)


async def test_applied_is_not_believed_where_the_text_does_not_follow(editor, proposal, house):
    editor.open(RATES)
    editor.is_lying = True
    name = of_file(proposal, RATES)[0]
    assert await asyncio.wait_for(editor.command("agentx.accept", name), 60) is None
    await soon(lambda: any("does not show it" in one.message for one in editor.client.messages))
    await soon(lambda: state_of(house, name) == "proposed")


async def test_a_hunk_that_no_longer_merges_becomes_a_conflict_with_both_sides(
    editor, proposal, house
):
    editor.open(RATES)
    editor.type(RATES, editor.text(RATES).replace("import os\nimport sys\n", "import sys, re\n"))
    name = of_file(proposal, RATES)[0]
    answer = await editor.command("agentx.accept", name)
    assert answer["hunks"] == {name: "conflicted"}
    assert "import sys, re" in editor.text(RATES)
    hunk = next(h for h in house.json("proposals")[-1]["hunks"] if h["id"] == name)
    assert "import sys, re" in hunk["oursText"]
    assert hunk["theirsText"]


async def test_undo_takes_back_exactly_that_hunk_also_after_later_edits(editor, proposal):
    editor.open(RATES)
    original = editor.text(RATES)
    name = of_file(proposal, RATES)[0]
    await editor.command("agentx.accept", name)
    editor.type(RATES, editor.text(RATES) + "# later\n")
    await editor.command("agentx.undo", name)
    assert editor.text(RATES) == original + "# later\n"


async def test_reject_changes_no_text_and_takes_the_hint_away(editor, proposal):
    editor.open(RATES)
    before, ids = editor.text(RATES), of_file(proposal, RATES)
    await editor.command("agentx.reject", ids[0])
    await editor.hints(RATES, lambda hints: hunk_ids(hints) == ids[1:])
    assert editor.text(RATES) == before


def test_code_actions_reach_hunk_file_and_proposal(house, proposal):
    client = RawClient(house.socket_path)
    client.initialize()
    hunk = next(h for h in proposal["hunks"] if h["path"] == RATES)
    place = {"line": hunk["startLine"], "character": 0}
    params = {
        "textDocument": {"uri": (house.root / RATES).as_uri()},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
    actions = client.request("textDocument/codeAction", params)["result"]
    targets = {action["command"]["arguments"][0] for action in actions}
    assert targets >= {hunk["id"], f"{proposal['id']}:{RATES}", proposal["id"]}
    kinds = {"agentx.accept", "agentx.reject", "agentx.why", "agentx.evidence"}
    assert {action["kind"] for action in actions} == kinds
    client.close()


async def test_why_and_evidence_are_told(editor, proposal):
    why = await editor.command("agentx.why", proposal["hunks"][0]["id"])
    assert "fix lint and modernise syntax" in why
    evidence = await editor.command("agentx.evidence", proposal["hunks"][0]["id"])
    assert "ended with 0" in evidence


async def test_the_proposed_text_is_a_document(editor, proposal):
    found = await editor.client.protocol.send_request_async(
        "workspace/textDocumentContent",
        types.TextDocumentContentParams(uri=f"agentx-proposal:/{proposal['id']}/proposed/{RATES}"),
    )
    assert "import sys" not in found.text


async def test_unsaved_text_of_an_editor_is_seen_by_the_agent(editor, house):
    editor.open(RATES)
    editor.type(RATES, editor.text(RATES) + "\n\ndef added() -> None:\n    import re\n")
    done = await asyncio.to_thread(house.cli, "run", "fix lint", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    newest = house.json("proposals")[-1]
    texts = "".join(hunk["oldText"] for hunk in newest["hunks"] if hunk["path"] == RATES)
    assert "import re" in texts
    assert "import re" not in (house.root / RATES).read_text()


async def test_a_goal_runs_with_progress_and_can_be_cancelled(editor):
    started = await editor.command("agentx.run", "sort imports")
    for _ in range(200):
        kinds = [
            getattr(p, "kind", None) or p.get("kind")
            for reports in editor.client.progress_reports.values()
            for p in reports
        ]
        if "end" in kinds:
            break
        await asyncio.sleep(0.05)
    assert kinds[0] == "begin"
    assert kinds[-1] == "end"
    assert started["taskId"]
