"""A client's place in the event log: it gets every record behind its cursor exactly once."""

from collections.abc import Callable, Sequence

from agentxd.edges.lsp.mapping import is_wanted
from agentxd.kernel.events import Record
from agentxd.sessions.journal import Journal

_PAGE = 500


class Subscription:
    """Reads the log from its cursor; live events only wake it up, so nothing can be missed."""

    def __init__(
        self,
        journal: Journal,
        after: int,
        types: Sequence[str],
        task_id: str,
        wake: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._cursor = after
        self._types = tuple(types)
        self._task_id = task_id
        self._closers = [journal.subscribe(lambda _: wake())]

    def also_close(self, closer: Callable[[], None]) -> None:
        """Something else that ends with the subscription."""
        self._closers.append(closer)

    @property
    def has_more(self) -> bool:
        """Whether there are records behind the cursor."""
        return self._cursor < self._journal.last_seq

    async def next_page(self) -> list[Record]:
        """The wanted ones of the next records; the cursor moves behind them."""
        if not self.has_more:
            return []
        page = await self._journal.read(self._cursor, _PAGE)
        page = [record for record in page if record.seq <= self._journal.last_seq]
        if page:
            self._cursor = page[-1].seq
        return [record for record in page if is_wanted(record, self._types, self._task_id)]

    def close(self) -> None:
        """Hear no more."""
        for closer in self._closers:
            closer()
        self._closers = []
