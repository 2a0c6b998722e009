"""agentx/hunk/edit: a person changes what is proposed."""

from agentxd_protocol.proposal import EditHunkParams, EditHunkResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection


async def handle(connection: Connection, params: EditHunkParams) -> EditHunkResult:
    """Replace the proposed lines of a hunk, in the encoding of its file."""
    application = connection.application
    by = connection.facts.name
    status = await application.reviewing.edit(params.hunk_id, params.new_text, by)
    views = await application.views.hunks([status], connection.id)
    return EditHunkResult(hunk=mapping.hunks(views, application.journal)[0])
