"""What a client's capabilities are taken to mean."""

import pytest
from agentxd.edges.lsp.client import ClientFacts

EDITS = {
    "VS Code": ({"documentChanges": True, "resourceOperations": ["create"]}, True),
    "Neovim 0.10 announces resource operations alone": ({"resourceOperations": ["create"]}, True),
    "only plain edits": ({"documentChanges": False}, False),
    "an empty list": ({"resourceOperations": []}, False),
    "nothing": ({}, False),
}


@pytest.mark.parametrize(("edit", "is_versioned"), EDITS.values(), ids=EDITS)
def test_who_takes_versioned_edits(edit, is_versioned):
    facts = ClientFacts()
    facts.learn({"capabilities": {"workspace": {"workspaceEdit": edit}}}, "/w")
    assert facts.has_versioned_edits is is_versioned
