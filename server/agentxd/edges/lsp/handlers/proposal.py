"""agentx/proposal/* and agentx/evidence/*."""

from typing import Any

from agentxd_protocol.proposal import (
    EvidenceRef,
    GetEvidenceResult,
    GetProposalResult,
    GetTextParams,
    GetTextResult,
    ListProposalsParams,
    ListProposalsResult,
    Proposal,
    ProposalRef,
)

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.workspace.lines import decode

_LIST_CHARACTERS = 1 << 20
"""So much text of hunks is in one list; who shows a hunk asks for its proposal."""
_TEXTS = ("old_text", "new_text", "ours_text", "theirs_text")
_LEFT_OUT: dict[str, Any] = {**dict.fromkeys(_TEXTS, ""), "is_text_left_out": True}


async def list_proposals(
    connection: Connection, params: ListProposalsParams
) -> ListProposalsResult:
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


async def get_proposal(connection: Connection, params: ProposalRef) -> GetProposalResult:
    """One proposal."""
    application = connection.application
    view = await application.proposal(params.proposal_id, connection.id)
    return GetProposalResult(proposal=mapping.proposal(view, application.house.root))


async def text_proposal(connection: Connection, params: GetTextParams) -> GetTextResult:
    """One side of a proposed file. Raises NotFoundError."""
    views = connection.application.views
    content = await views.text(params.proposal_id, params.path, params.side)
    text, encoding = decode(content or b"")
    return GetTextResult(text=text, exists=content is not None, encoding=encoding)


async def get_evidence(connection: Connection, params: EvidenceRef) -> GetEvidenceResult:
    """Evidence with its whole output."""
    found, output = await connection.application.evidence(params.evidence_id)
    return GetEvidenceResult(evidence=mapping.evidence(found), output=output)


HANDLERS: dict[str, Handler] = {
    "agentx/proposal/list": list_proposals,
    "agentx/proposal/get": get_proposal,
    "agentx/proposal/text": text_proposal,
    "agentx/evidence/get": get_evidence,
}
