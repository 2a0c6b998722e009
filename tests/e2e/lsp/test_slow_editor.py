"""Editors that tell of an edit only after the answer to the command that asked for it."""

import pytest
from shim_client import NO_ANSWER, ShimClient

RATES = "parcel/rates.py"
EDITS = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}


def first_of(proposal):
    return min(hunk["id"] for hunk in proposal["hunks"] if hunk["path"] == RATES)


def state_of(house, name):
    hunks = house.json("proposals")[-1]["hunks"]
    return next(hunk["state"] for hunk in hunks if hunk["id"] == name)


class LateClient(ShimClient):
    """Applies at once, says so, and tells its new text when it is let."""

    def __init__(self, *words):
        super().__init__(*words)
        self.is_held, self.held = True, []

    def notify(self, method, params):
        if method == "textDocument/didChange" and self.is_held:
            self.held.append(params)
            return
        super().notify(method, params)

    def tell(self, **more):
        """What was held back, as one message, the way Emacs collects what was typed."""
        self.is_held = False
        changes = [change for params in self.held for change in params["contentChanges"]]
        document = self.held[-1]["textDocument"]
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})


@pytest.mark.parametrize("typed", ["", "# typed at once after it\n"])
def test_the_answer_comes_before_the_text_that_waits_for_it(house, proposal, typed):
    client = LateClient(house, EDITS, "late")
    client.open(RATES)
    name = first_of(proposal)
    assert client.command("agentx.accept", name) is None
    if typed:
        client.type(RATES, 0, 0, typed)
    client.tell()
    client.until(lambda: state_of(house, name) == "applied")
    assert client.texts[RATES].startswith(typed)
    assert "import sys" not in client.texts[RATES]
    client.leave()


def test_a_client_without_a_name_is_answered_before_it_is_asked(house, proposal):
    client = ShimClient(house, EDITS, "unknown")
    client.open(RATES)
    name, order = first_of(proposal), []
    apply = client.answers["workspace/applyEdit"]

    def asked(params):
        order.append("edit")
        return apply(params)

    client.answers["workspace/applyEdit"] = asked
    assert client.command("agentx.accept", name) is None
    order.append("answer")
    client.until(lambda: "edit" in order and state_of(house, name) == "applied")
    assert order == ["answer", "edit"]
    assert client.command("agentx.undo", name) is None
    client.until(lambda: "import sys" in client.texts[RATES])
    client.leave()


def test_what_goes_wrong_after_the_answer_is_shown(house, proposal):
    client = ShimClient(house, EDITS, "unknown")
    client.answers["workspace/applyEdit"] = {"applied": False}
    client.open(RATES)
    name = first_of(proposal)
    assert client.command("agentx.accept", name) is None
    told = client.until(lambda: client.of("window/showMessage"))
    assert "refused the edit" in told[-1]["message"]
    client.until(lambda: state_of(house, name) == "proposed")
    client.leave()


def test_who_looks_at_an_edit_for_long_is_not_hurried(house, proposal):
    client = ShimClient(house, EDITS, "unknown")
    apply = client.answers["workspace/applyEdit"]
    client.answers["workspace/applyEdit"] = NO_ANSWER
    client.open(RATES)
    name = first_of(proposal)
    client.command("agentx.accept", name)
    asked = client.until(lambda: [m for m in client.seen if m.get("method", "").endswith("Edit")])
    assert client.ask("agentx/daemon/status")["nConnections"] == 1, "other requests are answered"
    client.send({"jsonrpc": "2.0", "id": asked[0]["id"], "result": apply(asked[0]["params"])})
    client.until(lambda: state_of(house, name) == "applied")
    client.leave()
