"""Each client is treated by what it announced: 3.18, 3.17, and one that can next to nothing."""

import pytest
from conversations import task_state
from daemons import RawClient
from shim_client import ShimClient

RATES = "parcel/rates.py"
EDITS = {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}
NEW = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "workspace": {**EDITS, "textDocumentContent": {}, "codeLens": {"refreshSupport": True}},
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
}
OLD = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "workspace": {**EDITS, "codeLens": {"refreshSupport": True}},
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
}
LITTLE = {}
REFRESH = "workspace/textDocumentContent/refresh"


def first_hunk(proposal):
    return next(hunk["id"] for hunk in proposal["hunks"] if hunk["path"] == RATES)


@pytest.mark.parametrize(
    ("capabilities", "has_contents"), [(NEW, True), (OLD, False), (LITTLE, False)],
    ids=["3.18", "3.17", "little"],
)  # fmt: skip
def test_contents_are_offered_to_those_who_know_them(house, capabilities, has_contents):
    client = ShimClient(house, capabilities)
    found = client.told.get("workspace", {}).get("textDocumentContent")
    assert found == ({"schemes": ["agentx-proposal"]} if has_contents else None)
    client.leave()


def test_a_document_that_is_shown_is_refreshed_after_a_decision_and_only_where_it_can_be(
    house, proposal
):
    new, old = ShimClient(house, NEW), ShimClient(house, OLD)
    hunk = next(found for found in proposal["hunks"] if "import sys" in found["oldText"])
    name = f"agentx-proposal:/{proposal['id']}"
    shown = {f"{name}/{side}/{RATES}": "" for side in ("proposed", "current", "result")}
    for uri in shown:
        shown[uri] = new.ask("workspace/textDocumentContent", {"uri": uri})["text"]
    house.cli("edit", hunk["id"], "--file", "-", stdin="from typing import Any  # mine\n")
    assert house.cli("accept", hunk["id"]).returncode == 0
    for uri, before in shown.items():
        new.until(lambda at=uri: at in {found["uri"] for found in new.of(REFRESH)})
        now = new.ask("workspace/textDocumentContent", {"uri": uri})["text"]
        assert "# mine" in now, uri
        assert now != before
    unread = {found["uri"] for found in new.of(REFRESH)} - set(shown)
    assert not unread, "a document that was never read is not refreshed"
    old.until(lambda: old.of("workspace/codeLens/refresh"))
    assert old.of(REFRESH) == []
    for client in (new, old):
        client.leave()


@pytest.mark.parametrize(
    ("capabilities", "asked"),
    [
        (NEW, {"workspace/codeLens/refresh", "window/workDoneProgress/create"}),
        (OLD, {"workspace/codeLens/refresh", "window/workDoneProgress/create"}),
        (LITTLE, set()),
        ({"workspace": {"codeLens": {"refreshSupport": True}}}, {"workspace/codeLens/refresh"}),
        ({"window": {"workDoneProgress": True}}, {"window/workDoneProgress/create"}),
    ],
    ids=["3.18", "3.17", "little", "lenses only", "progress only"],
)
def test_nothing_is_asked_of_a_client_that_did_not_announce_it(
    house, proposal, capabilities, asked
):
    client = ShimClient(house, capabilities)
    client.answers |= dict.fromkeys(asked)
    client.open(RATES)
    task = client.command("agentx.run", "sort imports")["taskId"]
    client.command("agentx.reject", first_hunk(proposal))
    task_state(house, task, "completed", "no_change")
    client.until(lambda: asked <= {m.get("method") for m in client.seen})
    client.until(lambda: first_hunk(proposal) not in str(client.hints(RATES)))
    requests = {m["method"] for m in client.seen if "method" in m and "id" in m}
    assert requests == asked
    assert bool(client.of("$/progress")) is ("window/workDoneProgress/create" in asked)
    ours = {m["method"] for m in client.seen if m.get("method", "").startswith("agentx/")}
    assert ours == set(), "an editor that never spoke agentx is told nothing in it"
    client.leave()


def test_a_client_with_little_is_told_utf_16_and_can_still_review(house, proposal):
    client = ShimClient(house, LITTLE)
    assert client.encoding == "utf-16"
    client.open(RATES)
    hunk = first_hunk(proposal)
    assert client.until(lambda: client.hints(RATES))
    assert client.command("agentx.accept", hunk)["hunks"] == {hunk: "applied"}
    assert "import sys" not in (house.root / RATES).read_text(), "it takes no edits: the disk does"
    client.until(lambda: hunk not in str(client.hints(RATES)))
    client.leave()


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-16"], "utf-16"),
        (["utf-32", "utf-8"], "utf-32"),
        (["utf-7", "utf-8"], "utf-8"),
        (["utf-7"], "utf-16"),
        ("utf-8", "utf-16"),
        ([5, None], "utf-16"),
    ],
)
def test_the_first_encoding_that_both_know_is_taken(shared_house, offered, chosen):
    shared_house.cli("tasks")
    client = RawClient(shared_house.socket_path)
    answer = client.initialize(general={"positionEncodings": offered})
    assert answer["result"]["capabilities"]["positionEncoding"] == chosen
    client.close()
