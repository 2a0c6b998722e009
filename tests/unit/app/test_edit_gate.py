"""Rules about files hold for the files that a patch names, wherever the patch is written."""

import pytest
from agentxd.agents.gate import gate_of
from agentxd.agents.offering import with_offers
from agentxd.app.edit_gate import EditGate
from agentxd.kernel.messages import ToolSpec

EDIT = ToolSpec("edit", "", {}, risk="write")
RUN = ToolSpec("run", "", {}, risk="run")
PATCH = "*** Begin Patch\n*** Update File: {}\n@@\n-a\n+b\n*** End Patch\n"
BLOCK = "{}\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"
DIFF = "--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-a\n+b\n"
MOVED = "*** Begin Patch\n*** Update File: src/a.py\n*** Move to: {}\n*** End Patch\n"
HERE = "apply_patch <<'EOF'\n" + PATCH + "EOF"

CALLS = [
    (EDIT, "path", "{}"),
    (EDIT, "patch", PATCH),
    (EDIT, "patch", "Here it is:\n```\n" + PATCH + "```\n"),
    (EDIT, "patch", MOVED),
    (EDIT, "patch", BLOCK),
    (EDIT, "patch", DIFF),
    (EDIT, "blocks", BLOCK),
    (EDIT, "blocks", BLOCK.format("src/a.py") + BLOCK),
    (EDIT, "diff", DIFF),
    (EDIT, "diff", PATCH),
    (RUN, "command", HERE),
]


@pytest.mark.parametrize(("spec", "name", "text"), CALLS)
@pytest.mark.parametrize("path", ["db/migrations/1.py", "./db//migrations/1.py"])
def test_every_file_of_an_edit_is_judged(spec, name, text, path):
    gate = EditGate(gate_of(deny=["edit(db/migrations/*)"], ask=["edit(docs/*)"]))
    assert gate.judge(spec, {name: text.format(path)}).action.value == "deny"
    assert gate.judge(spec, {name: text.format("docs/a.md")}).action.value == "ask"
    assert gate.judge(spec, {name: text.format("src/b.py")}).action.value == "allow"


def test_an_edit_in_a_command_needs_leave_for_the_command_as_well():
    gate = EditGate(gate_of(deny=["run(apply_patch*)"]))
    assert gate.judge(RUN, {"command": HERE.format("src/a.py")}).action.value == "deny"


def test_what_cannot_be_read_is_judged_as_it_stands():
    gate = EditGate(gate_of(ask=["edit"]))
    assert gate.judge(EDIT, {"patch": "no patch"}).action.value == "ask"
    assert gate.judge(RUN, {"command": "ls"}).action.value == "allow"


def test_a_patch_is_offered_a_rule_for_each_file_that_is_asked_about():
    gate = EditGate(gate_of(ask=["edit(docs/*)"]))
    arguments = {"patch": PATCH.format("docs/a.md")}
    found = with_offers(gate, EDIT, arguments, gate.judge(EDIT, arguments))
    assert (found.always, found.never) == ((), ("edit(docs/a.md)",))
