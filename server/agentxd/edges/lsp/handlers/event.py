"""agentx/event/*: the log for clients."""

from collections.abc import Sequence
from difflib import get_close_matches

from agentxd_protocol.event import (
    ReadEventsParams,
    ReadEventsResult,
    ReplayParams,
    ReplayResult,
    SubscribeEventsParams,
    SubscribeEventsResult,
)

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.edges.lsp.subscription import Subscription
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.events import Event

_MAX_PAGE = 5_000


async def read_events(connection: Connection, params: ReadEventsParams) -> ReadEventsResult:
    """Records after a cursor."""
    journal = connection.application.journal
    _check(connection, params.types, params.task_id)
    page = await journal.read(params.after, min(max(1, params.limit), _MAX_PAGE))
    wanted = [
        mapping.record(record)
        for record in page
        if mapping.is_wanted(record, params.types, params.task_id)
    ]
    after = page[-1].seq if page else params.after
    return ReadEventsResult(records=wanted, next_after=after, last_seq=journal.last_seq)


async def subscribe_events(
    connection: Connection, params: SubscribeEventsParams
) -> SubscribeEventsResult:
    """Follow the log from a cursor; a second subscription takes the place of the first."""
    application = connection.application
    journal = application.journal
    _check(connection, params.types, params.task_id)
    last_seq = journal.last_seq
    after = last_seq if params.after is None else params.after
    if connection.subscription is not None:
        connection.subscription.close()
    subscription = Subscription(journal, after, params.types, params.task_id, connection.wake)
    if params.has_parts:
        subscription.also_close(application.streams.listen(connection.stream))
    connection.subscription = subscription
    connection.wake()
    return SubscribeEventsResult(last_seq=last_seq)


async def replay_events(connection: Connection, params: ReplayParams) -> ReplayResult:
    """Rebuild from the log and compare."""
    _check(connection, (), params.task_id)
    found = await connection.application.house.replay(params.task_id)
    return ReplayResult(
        n_records=found.n_records,
        n_seals=found.n_seals,
        is_same=found.is_same,
        state_hash=found.state_hash,
        differences=list(found.differences),
        transcript=list(found.transcript),
    )


def _check(connection: Connection, types: Sequence[str], task: str) -> None:
    """Raises NotFoundError, InvalidRequestError: silence would look like "nothing happened"."""
    if task:
        connection.application.goals.get(task)
    known = {kind.__name__ for kind in Event.__subclasses__()}
    for name in types:
        if name not in known:
            near = ", ".join(get_close_matches(name, known)) or ", ".join(sorted(known))
            raise InvalidRequestError(f"there is no event {name!r}", f"Perhaps: {near}.")


HANDLERS: dict[str, Handler] = {
    "agentx/event/read": read_events,
    "agentx/event/subscribe": subscribe_events,
    "agentx/event/replay": replay_events,
}
