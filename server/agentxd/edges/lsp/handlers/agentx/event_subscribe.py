"""agentx/event/subscribe: the log as it grows."""

from agentxd_protocol.event import SubscribeEventsParams, SubscribeEventsResult

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.guards import check_events
from agentxd.edges.lsp.subscription import Subscription


async def handle(connection: Connection, params: SubscribeEventsParams) -> SubscribeEventsResult:
    """Follow the log from a cursor; a second subscription takes the place of the first."""
    application = connection.application
    journal = application.journal
    check_events(connection, params.types, params.task_id)
    last_seq, snapshot = journal.last_seq, None
    after = last_seq if params.after is None else params.after
    if params.has_snapshot:
        after = last_seq
        snapshot = mapping.snapshot(
            journal.durable, journal, application.goals, application.house.rules_place
        )
    if connection.subscription is not None:
        connection.subscription.close()
    subscription = Subscription(journal, after, params.types, params.task_id, connection.wake)
    if params.has_parts:
        subscription.also_close(application.streams.listen(connection.stream))
    connection.subscription = subscription
    connection.wake()
    return SubscribeEventsResult(last_seq=last_seq, snapshot=snapshot)
