"""agentx/hunk/*: the decisions."""

from agentxd_protocol.proposal import (
    DecideHunksParams,
    DecideHunksResult,
    EditHunkParams,
    EditHunkResult,
)

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection, Handler


async def accept_hunk(connection: Connection, params: DecideHunksParams) -> DecideHunksResult:
    """Merge hunks into what the user sees now."""
    application = connection.application
    views, evidence = await application.accept(
        params.ids, connection.facts.name, connection.id, is_verified=params.is_verified
    )
    return DecideHunksResult(
        hunks=mapping.hunks(views, application.journal),
        evidence=[mapping.evidence(found) for found in evidence],
    )


async def reject_hunk(connection: Connection, params: DecideHunksParams) -> DecideHunksResult:
    """Refuse hunks."""
    application = connection.application
    statuses = await application.reviewing.reject(params.ids, connection.facts.name, params.reason)
    views = await application.views.hunks(statuses, connection.id)
    return DecideHunksResult(hunks=mapping.hunks(views, application.journal), evidence=[])


async def undo_hunk(connection: Connection, params: DecideHunksParams) -> DecideHunksResult:
    """Take back exactly these hunks."""
    application = connection.application
    views = await application.undo(params.ids, connection.facts.name, connection.id)
    return DecideHunksResult(hunks=mapping.hunks(views, application.journal), evidence=[])


async def edit_hunk(connection: Connection, params: EditHunkParams) -> EditHunkResult:
    """Replace the proposed lines of a hunk, in the encoding of its file."""
    application = connection.application
    by = connection.facts.name
    status = await application.reviewing.edit(params.hunk_id, params.new_text, by)
    views = await application.views.hunks([status], connection.id)
    return EditHunkResult(hunk=mapping.hunks(views, application.journal)[0])


HANDLERS: dict[str, Handler] = {
    "agentx/hunk/accept": accept_hunk,
    "agentx/hunk/reject": reject_hunk,
    "agentx/hunk/undo": undo_hunk,
    "agentx/hunk/edit": edit_hunk,
}
