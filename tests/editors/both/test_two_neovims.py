"""Two Neovims and a plain editor on one daemon: one ledger, and nobody's text is lost."""

import pytest
from conversations import call, task_state, written
from editors.neovim.driving import replacing

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("both")]
NOTES = "notes.txt"
TEXT = "".join(f"line {number}\n" for number in range(1, 31))
CHANGES = replacing(NOTES, [("line 5\n", "LINE 5\n"), ("line 15\n", "LINE 15\n")])


@pytest.fixture
def notes(house):
    """A file that is long enough for two hunks far from each other."""
    path = house.root / NOTES
    path.write_text(TEXT)
    return path


@pytest.fixture
def both(neovims, notes):
    """Both editors show the file, and a proposal of two hunks for it."""
    one, two = neovims
    for editor in neovims:
        editor.edit(NOTES)
    proposal = one.propose(*CHANGES)
    names = [hunk["id"] for hunk in proposal["hunks"]]
    for editor in neovims:
        editor.until_marks({names[0]: [4, 5], names[1]: [14, 15]})
    return one, two, names


def tasks_of(editor):
    """Task to state, as the editor shows them."""
    tasks = editor.value("require('agentxd.state').tasks()")
    return {task["id"]: task["state"] for task in tasks}


def hunks_of(editor):
    """Hunk to state and new text, as the editor shows them."""
    proposals = editor.value("require('agentxd.state').proposals()")
    return {
        hunk["id"]: (hunk["state"], hunk["newText"])
        for proposal in proposals
        for hunk in proposal["hunks"]
    }


def test_the_same_goal_is_watched_in_both(both):
    one, two, _ = both
    task = one.request(
        "agentx/goal/run",
        {"goal": "look", "provider": "scripted", "script": written(one.house, call("list"))},
    )["taskId"]
    for editor in (one, two):
        editor.until(
            lambda at=editor: tasks_of(at).get(task) in ("completed", "no_change"),
            f"{task} does not end here",
        )
    assert tasks_of(one) == tasks_of(two)


def test_unsaved_text_of_every_editor_is_seen_by_the_agent(both, plain):
    one, two, _ = both
    for editor, word in ((one, "ONE"), (two, "TWO")):
        editor.edit("README.md" if word == "ONE" else "parcel/quote.py")
        editor.type(f"Go# unsaved {word}<Esc>")
        editor.until(lambda at=editor, word=word: f"# unsaved {word}" in at.lines(), "no text")
    plain.open("parcel/rates.py")
    plain.type("parcel/rates.py", 0, 0, "# unsaved PLAIN\n")
    plain.ask("agentx/daemon/status")
    script = written(one.house, call("grep", pattern="# unsaved"))
    goal = {"goal": "look", "provider": "scripted", "script": script}
    task = two.request("agentx/goal/run", goal)["taskId"]
    task_state(one.house, task, "completed", "no_change")
    transcript = one.house.json("task", task)["transcript"]
    seen = "\n".join(item["text"] for item in transcript if item["kind"] == "observation")
    for word in ("ONE", "TWO", "PLAIN"):
        assert f"# unsaved {word}" in seen


def test_accepted_in_one_it_is_gone_in_the_other(both, plain):
    one, two, (first, second) = both
    plain.open(NOTES)
    plain.until(lambda: {h["data"]["hunkId"] for h in plain.hints(NOTES)} == {first, second})
    one.nvim.current.window.cursor = (5, 0)
    one.agentx("accept")
    for editor in (one, two):
        editor.until_state(first, "applied")
    two.until_marks({second: [14, 15]})
    one.until_marks({second: [14, 15]})
    plain.until(lambda: {h["data"]["hunkId"] for h in plain.hints(NOTES)} == {second})
    assert one.lines()[4] == "LINE 5"
    assert two.lines()[4] == "line 5", "who did not accept keeps its own text until it is saved"
    assert (one.root / NOTES).read_text() == TEXT
    one.nvim.command("write")
    two.nvim.command("set autoread | checktime")
    two.until(lambda: two.lines() == one.lines(), "the other does not read what was saved")
    two.agentx(f"reject {second}")
    one.until_marks({})
    plain.until(lambda: plain.hints(NOTES) == [])
    assert (one.root / NOTES).read_text() == TEXT.replace("line 5\n", "LINE 5\n")


def test_a_hunk_edited_in_one_is_accepted_as_edited_in_the_other(both):
    one, two, (first, _) = both
    one.request("agentx/hunk/edit", {"hunkId": first, "newText": "edited in one\nand longer\n"})
    two.until(lambda: "edited in one" in "\n".join(two.virtual()), "the edit does not arrive")
    assert two.until_state(first, "edited")["newText"] == "edited in one\nand longer\n"
    two.agentx(f"accept {first}")
    one.until_state(first, "applied")
    assert two.lines()[4:6] == ["edited in one", "and longer"]
    two.nvim.command("write")
    assert (one.root / NOTES).read_text() == TEXT.replace("line 5\n", "edited in one\nand longer\n")


def test_two_who_decide_the_same_hunk_at_once_get_one_decision(both, plain):
    one, two, (first, _) = both
    message = {"jsonrpc": "2.0", "id": 7, "method": "agentx/hunk/accept"}
    plain.send({**message, "params": {"ids": [first]}})
    one.agentx(f"reject {first}")
    plain.until(lambda: [m for m in plain.seen if m.get("id") == 7 and "method" not in m])
    states = set()
    for editor in (one, two):
        found = editor.until(
            lambda at=editor: at.hunk(first)["state"] in ("applied", "rejected") and at.hunk(first),
            "nobody decides",
        )
        states.add(found["state"])
    assert len(states) == 1
    texts = [editor.lines()[4] for editor in (one, two)]
    assert texts.count("LINE 5") == (states == {"applied"})


def test_the_daemon_is_killed_and_all_show_the_same_from_the_log(both):
    one, two, (first, second) = both
    one.agentx(f"accept {first}")
    two.until_state(first, "applied")
    two.request("agentx/hunk/edit", {"hunkId": second, "newText": "edited before\n"})
    one.until_state(second, "edited")
    two.nvim.command("edit parcel/quote.py")
    two.type("Go# typed before<Esc>")
    one.until(
        lambda: tasks_of(one) and not {"running", "pending"} & {*tasks_of(one).values()}, "it ended"
    )
    before, tasks = hunks_of(one), tasks_of(one)
    two.until(lambda: (hunks_of(two), tasks_of(two)) == (before, tasks), "both show the same")
    pid = one.house.pid()
    one.house.kill()
    for editor in (one, two):
        editor.until(
            lambda at=editor: (
                at.house.pid() not in (0, pid)
                and at.value("require('agentxd.client').state()") == "running"
                and hunks_of(at) == before
                and tasks_of(at) == tasks
            ),
            lambda at=editor: f"not again {before} {tasks}: {hunks_of(at)} {tasks_of(at)}",
        )
    assert one.lines()[4] == "LINE 5", "what was accepted and not saved is still in the editor"
    script = written(one.house, call("grep", pattern="LINE 5|# typed before"))
    goal = {"goal": "look", "provider": "scripted", "script": script}
    task = one.request("agentx/goal/run", goal)["taskId"]
    task_state(one.house, task, "completed", "no_change")
    seen = str(one.house.json("task", task)["transcript"])
    assert "# typed before" in seen
    assert "notes.txt" in seen
    two.nvim.command(f"edit {NOTES}")
    two.agentx(f"accept {second}")
    one.until_state(second, "applied")
