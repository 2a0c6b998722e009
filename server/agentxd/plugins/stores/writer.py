"""The one thread that writes the event log: everything that waits goes into one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import apsw
import msgspec

from agentxd.kernel.errors import AgentxError, InvalidRequestError, StorageError
from agentxd.kernel.events import Event, Record
from agentxd.kernel.redaction import redact_event
from agentxd.plugins.stores.chain import Head, Row, link
from agentxd.plugins.stores.database import INSERT, explain, head_of, open_writer, set_meta

_MAX_BATCH = 5_000
"""Events in one transaction; bounds the wait of the first one."""


class _Wish(msgspec.Struct, eq=False):
    """Events that someone waits for, and what became of them."""

    events: Sequence[Event]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[list[Record]]"
    answer: list[Record] | AgentxError | None = None


class Writer:
    """Owns the writing connection and the head of the chain."""

    def __init__(
        self, path: Path, now_ms: Callable[[], int], on_commit: Callable[[Head], None]
    ) -> None:
        self._path = path
        self._now_ms = now_ms
        self._on_commit = on_commit
        self._queue: SimpleQueue[_Wish | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="agentxd-log-write", daemon=True)
        self._connection: apsw.Connection | None = None
        self._head = Head()

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    async def submit(self, events: Sequence[Event]) -> list[Record]:
        """Queue the events before the first wait, so that callers keep their order.

        A caller that is cancelled stops waiting; its events are written all the same.
        """
        loop = asyncio.get_running_loop()
        wish = _Wish(tuple(events), loop, loop.create_future())
        self._queue.put(wish)
        return await wish.future

    def stop(self) -> Head:
        """Write what waits, close, and return the head; blocks."""
        self._queue.put(None)
        self._thread.join()
        return self._head

    def _run(self) -> None:
        is_running = True
        while is_running:
            batch, is_running = self._next_batch()
            self._serve(batch)
            _deliver(batch)
        self._drop_connection()

    def _next_batch(self) -> tuple[list[_Wish], bool]:
        """Everything that waits, at least one wish; False once it is time to stop."""
        batch: list[_Wish] = []
        n_events = 0
        with suppress(Empty):
            wish = self._queue.get()
            while wish is not None:
                batch.append(wish)
                n_events += len(wish.events)
                if n_events >= _MAX_BATCH:
                    return batch, True
                wish = self._queue.get_nowait()
            return batch, False
        return batch, True

    def _serve(self, batch: list[_Wish]) -> None:
        """Answer every wish of the batch; nothing that happens here ends the thread."""
        try:
            head = self._write(batch)
        except (apsw.Error, OSError, StorageError) as error:
            self._fail(batch, explain(error, self._path))
        except Exception as error:  # noqa: BLE001 - the owner of the thread answers its waiters
            self._fail(batch, explain(error, self._path))
        else:
            self._head = head
            self._on_commit(head)

    def _fail(self, batch: list[_Wish], error: StorageError) -> None:
        """The transaction was rolled back; a fresh connection is made for the next one."""
        self._drop_connection()
        for wish in batch:
            wish.answer = StorageError(error.message, error.next_step)

    def _write(self, batch: list[_Wish]) -> Head:
        connection = self._connected()
        head, rows = self._head, []
        for wish in batch:
            head, new_rows = self._linked(wish, head)
            rows += new_rows
        if rows:
            with connection:
                connection.executemany(INSERT, rows)
                set_meta(connection, "head", str(head.seq))
        return head

    def _linked(self, wish: _Wish, head: Head) -> tuple[Head, list[Row]]:
        """Records for one wish; one that cannot be written is answered and leaves no trace."""
        start, rows, records = head, [], []
        try:
            for event in wish.events:
                clean, data = redact_event(event)
                at_ms = max(head.at_ms, self._now_ms())
                hash_ = link(head.hash, head.seq + 1, at_ms, data)
                head = Head(head.seq + 1, hash_, at_ms)
                rows.append((head.seq, at_ms, data, hash_))
                records.append(Record(head.seq, at_ms, clean, hash_))
        except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
            wish.answer = InvalidRequestError(f"an event cannot be written: {error}")
            return start, []
        wish.answer = records
        return head, rows

    def _connected(self) -> apsw.Connection:
        if self._connection is None:
            self._connection = open_writer(self._path)
            self._head = head_of(self._connection)
        return self._connection

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(apsw.Error):  # a full disk may refuse the last checkpoint too
                connection.close()


def _deliver(batch: list[_Wish]) -> None:
    """Wake every waiter, with one call for each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Wish]] = {}
    for wish in batch:
        by_loop.setdefault(wish.loop, []).append(wish)
    for loop, wishes in by_loop.items():
        with suppress(RuntimeError):  # that loop is gone, and its waiters with it
            loop.call_soon_threadsafe(_settle, wishes)


def _settle(wishes: list[_Wish]) -> None:
    for wish in wishes:
        if wish.future.done():
            continue  # its waiter was cancelled
        if isinstance(wish.answer, AgentxError):
            wish.future.set_exception(wish.answer)
        else:
            wish.future.set_result(wish.answer or [])
