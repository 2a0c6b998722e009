"""Two editors on one file: decisions of one show in the other, unsaved text of both is known."""

from conversations import call, task_state, written
from shim_client import ShimClient

RATES, QUOTE = "parcel/rates.py", "parcel/quote.py"
EDITS = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}


def test_accept_in_one_takes_hint_and_lens_from_the_other(house, proposal):
    one, two = ShimClient(house, EDITS, "one"), ShimClient(house, EDITS, "two")
    ids = sorted(hunk["id"] for hunk in proposal["hunks"] if hunk["path"] == RATES)
    for client in (one, two):
        client.open(RATES)
    for name in ids:
        assert name in str(two.lenses(RATES))
        one.command("agentx.accept", name)
        two.until(lambda at=name: at not in str(two.hints(RATES)))
        assert name not in str(two.lenses(RATES))
    assert two.lenses(RATES) == []
    one.command("agentx.undo", ids[0])
    assert ids[0] not in str(two.hints(RATES)), "undone is decided; it is taken again by name"
    for client in (one, two):
        client.leave()


def test_unsaved_text_of_two_editors_is_in_one_snapshot(house, proposal):
    one, two = ShimClient(house, EDITS, "one"), ShimClient(house, EDITS, "two")
    texts = {}
    for client, path, word in ((one, RATES, "ONE"), (two, QUOTE, "TWO")):
        client.open(path)
        client.type(path, 0, 0, f"# unsaved {word}\n")
        texts[path] = client.texts[path]
    script = written(
        house,
        call("grep", pattern="# unsaved"),
        call("write", path="seen.txt", content="x"),
    )
    for client in (one, two):
        client.ask("agentx/daemon/status")  # what it typed has arrived
    task = one.ask("agentx/goal/run", {"goal": "look", "provider": "scripted", "script": script})
    task_state(house, task["taskId"], "completed")
    transcript = house.json("task", task["taskId"])["transcript"]
    seen = "\n".join(item["text"] for item in transcript if item["kind"] == "observation")
    for word in ("ONE", "TWO"):
        assert f"# unsaved {word}" in seen
        assert not [p for p in (RATES, QUOTE) if word in (house.root / p).read_text()]
    records = house.cli("log", "--json", "--type", "SnapshotTaken").stdout
    assert '"n_overlays": 2' in records.splitlines()[-1]
    for client in (one, two):
        client.leave()


def test_two_unsaved_texts_of_one_file_are_both_kept_through_an_accept(house, proposal):
    one, two = ShimClient(house, EDITS, "one"), ShimClient(house, EDITS, "two")
    for client, word in ((one, "ONE"), (two, "TWO")):
        client.open(RATES)
        text = client.texts[RATES]
        client.type(RATES, len(text), len(text), f"# {word}\n")
    hunk = next(h["id"] for h in proposal["hunks"] if h["path"] == RATES)
    assert one.command("agentx.accept", hunk)["hunks"] == {hunk: "applied"}
    for client, word in ((one, "ONE"), (two, "TWO")):
        client.ask("agentx/daemon/status")
        assert client.texts[RATES].endswith(f"# {word}\n")
    assert "import sys" not in one.texts[RATES]
    for client in (one, two):
        client.leave()


def test_an_editor_that_dies_takes_its_unsaved_text_with_it(house, proposal):
    one, two = ShimClient(house, EDITS, "one"), ShimClient(house, EDITS, "two")
    one.open(RATES)
    one.type(RATES, 0, 0, "# never saved\n")
    one.ask("agentx/daemon/status")
    one.process.kill()
    one.process.wait()
    one.close()
    two.until(lambda: two.ask("agentx/daemon/status")["nConnections"] == 1)
    script = written(house, call("read", path=RATES))
    task = two.ask("agentx/goal/run", {"goal": "look", "provider": "scripted", "script": script})
    task_state(house, task["taskId"], "no_change", "completed")
    assert "never saved" not in str(house.json("task", task["taskId"])["transcript"])
    two.leave()
