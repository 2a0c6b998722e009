"""agentx/proposal/list: all that waits for a review, or has been through one."""

from typing import Any

from agentxd_protocol.proposal import ListProposalsParams, ListProposalsResult, Proposal

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection

_LIST_CHARACTERS = 1 << 20
"""So much text of hunks is in one list; who shows a hunk asks for its proposal."""
_TEXTS = ("old_text", "new_text", "ours_text", "theirs_text")
_LEFT_OUT: dict[str, Any] = {**dict.fromkeys(_TEXTS, ""), "is_text_left_out": True}


async def handle(connection: Connection, params: ListProposalsParams) -> ListProposalsResult:
    """Proposals with hunks and evidence; of long texts the newest are told, as far as they fit."""
    application = connection.application
    views = await application.proposals(connection.id, is_open_only=params.is_open_only)
    found: list[Proposal] = []
    room = _LIST_CHARACTERS
    for view in reversed(views):
        whole = mapping.proposal(view, application.house.root)
        hunks = []
        for hunk in whole.hunks:
            size = sum(len(getattr(hunk, name)) for name in _TEXTS)
            is_told = size <= room
            room -= size if is_told else 0
            hunks.append(hunk if is_told else hunk.model_copy(update=_LEFT_OUT))
        found.append(whole.model_copy(update={"hunks": hunks}))
    return ListProposalsResult(proposals=found[::-1])
