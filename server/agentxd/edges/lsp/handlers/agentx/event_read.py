"""agentx/event/read: the log page by page."""

from agentxd_protocol.event import ReadEventsParams, ReadEventsResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.guards import check_events

_MAX_PAGE = 5_000


async def handle(connection: Connection, params: ReadEventsParams) -> ReadEventsResult:
    """Records after a cursor."""
    journal = connection.application.journal
    check_events(connection, params.types, params.task_id)
    page = await journal.read(params.after, min(max(1, params.limit), _MAX_PAGE))
    wanted = [
        mapping.record(record)
        for record in page
        if mapping.is_wanted(record, params.types, params.task_id)
    ]
    after = page[-1].seq if page else params.after
    return ReadEventsResult(records=wanted, next_after=after, last_seq=journal.last_seq)
