"""What is known of the index as a whole, counted again when it changed: coverage, live contents."""

import time
from array import array
from collections import OrderedDict
from threading import Lock

import apsw

from agentxd.index.filters import has_language, has_path
from agentxd.kernel.index import Coverage, Filters
from agentxd.plugins.stores.code_index.counting import count
from agentxd.plugins.stores.code_index.reading import changes

_SHARE = 20
"""Counting may take one part in so many of the time, while everything changes."""
_MAX_KEPT = 8
_ALL = "SELECT f.path, k.language, k.id FROM files f JOIN contents k ON k.id = f.holds"
_DEAD = """
SELECT k.id FROM contents k
WHERE k.left_ms > 0 AND NOT EXISTS (SELECT 1 FROM files f WHERE f.holds = k.id)
"""


class Covering:
    """Remembers what it counted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._coverage = Coverage()
        self._state = -1
        self._next_s = 0.0
        self._dead = array("q")
        self._dead_state = -1
        self._contents: OrderedDict[tuple[object, ...], array[int]] = OrderedDict()

    def coverage(self, run: apsw.Connection) -> Coverage:
        """How much an answer could know of; may be some milliseconds old. Raises apsw.Error."""
        state = changes(run)
        with self._lock:
            start = time.monotonic()
            if state == self._state or start < self._next_s:
                return self._coverage
            counts = count(run)
            end = time.monotonic()
            self._state, self._next_s = state, end + (end - start) * _SHARE
            self._coverage = Coverage(
                n_files=counts.n_files,
                n_files_done=counts.n_files,
                n_chunks=counts.n_chunks,
                n_vectors=counts.n_vectors,
            )
            return self._coverage

    def dead(self, run: apsw.Connection) -> "array[int]":
        """Contents that no file holds, in order. Raises apsw.Error."""
        state = changes(run)
        with self._lock:
            if state != self._dead_state:
                self._dead = array("q", sorted(row[0] for row in run.execute(_DEAD)))
                self._dead_state = state
            return self._dead

    def contents(self, run: apsw.Connection, filters: Filters) -> "array[int]":
        """Contents that files of these paths and languages hold, in order. Raises apsw.Error."""
        key = changes(run), filters.paths, filters.languages
        with self._lock:
            found = self._contents.get(key)
            if found is not None:
                self._contents.move_to_end(key)
                return found
        held = {
            content
            for path, language, content in run.execute(_ALL)
            if has_language(language, filters) and has_path(path, filters.paths)
        }
        found = array("q", sorted(held))
        with self._lock:
            self._contents[key] = found
            while len(self._contents) > _MAX_KEPT:
                self._contents.popitem(last=False)
        return found
