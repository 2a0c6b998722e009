"""Full text over chunks and paths, with bounded work for any query."""

import time
from array import array
from collections.abc import Sequence

import apsw

from agentxd.index.querying import Plan, Query, expression, phrase_expression, planned
from agentxd.plugins.stores.code_index.schema import WEIGHTS

_BUDGET = 3_500
"""Chunks whose score may be computed for one query, about 1 µs each, and one in 60 of all.

Over 40,000 chunks, looking at all of them finds the wanted one among the first ten for 55.0% of
docstrings, this budget for 53.7%, in less than half of the time.
"""
_COUNT_EVERY_S = 2.0
_MAX_PHRASES = 200
_PHRASE_WORK = 4
"""Times the budget in which the rarest word of a phrase may be: most chunks are passed quickly."""
_MAX_REMEMBERED = 20_000
_MAX_ASKED = 200
"""Words of one query that are counted."""
_FIND = f"""
SELECT number FROM (
    SELECT w.rowid AS number, bm25(words, {WEIGHTS}) AS score FROM words w
    WHERE words MATCH ? {{limits}} LIMIT ?
) ORDER BY score LIMIT ?
"""  # noqa: S608  # weights are ours
_WITHOUT = "AND w.rowid >> 16 NOT IN carray(?)"
_WITHIN = "AND w.rowid >> 16 IN carray(?)"
_OF_KINDS = """
AND EXISTS (SELECT 1 FROM symbols s
    WHERE s.id BETWEEN w.rowid >> 16 << 16 AND w.rowid >> 16 << 16 | 65535
        AND s.chunk = w.rowid & 65535 AND s.kind IN carray(?))
"""
_FIND_PATHS = """
SELECT number FROM (
    SELECT rowid AS number, bm25(path_words) AS score FROM path_words WHERE path_words MATCH ?
    LIMIT ?
) ORDER BY score LIMIT ?
"""


class Words:
    """Asks the full text; remembers in how many chunks words are."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._n_chunks = 0
        self._next_s = 0.0

    def chunks(
        self, run: apsw.Connection, words: Sequence[str], n: int, dead: "array[int]"
    ) -> list[int]:
        """Up to n chunks that are not of dead contents, best first. Raises apsw.Error."""
        plan, budget = self._plan(run, words)
        if not plan.carriers:
            return []
        find = _FIND.format(limits=_WITHOUT if dead else "")
        limits = [apsw.carray(dead)] if dead else []
        found = _numbers(run.execute(find, (expression(plan), *limits, budget, n)))
        if not found and plan.is_broad:
            anywhere = expression(Plan(plan.carriers, plan.companions))
            found = _numbers(run.execute(find, (anywhere, *limits, budget, n)))
        return found

    def phrases(self, run: apsw.Connection, query: Query, n: int, dead: "array[int]") -> list[int]:
        """Up to n chunks that hold the query's words in a row, as a message is copied."""
        if not query.phrase or not self._are_known(run, query.words):
            return []
        find = _FIND.format(limits=_WITHOUT if dead else "")
        limits = [apsw.carray(dead)] if dead else []
        values = (phrase_expression(query.phrase), *limits, _MAX_PHRASES, n)
        return _numbers(run.execute(find, values))

    def _are_known(self, run: apsw.Connection, words: Sequence[str]) -> bool:
        """Whether all are known, and one of them is rare enough to look at all its chunks."""
        _, budget = self._plan(run, words)
        counts = [self._counts.get(word, 0) for word in words]
        return bool(counts) and min(counts) > 0 and min(counts) <= budget * _PHRASE_WORK

    def chunks_within(
        self,
        run: apsw.Connection,
        words: Sequence[str],
        n: int,
        contents: "array[int]",
        kinds: Sequence[str],
    ) -> list[int]:
        """The same among the chunks of some contents, and of some kinds where there are any."""
        plan, budget = self._plan(run, words, 8)
        if not plan.carriers or not contents:
            return []
        anywhere = expression(Plan(plan.carriers, plan.companions))
        limits = [apsw.carray(tuple(kinds))] if kinds else []
        find = _FIND.format(limits=_WITHIN + (_OF_KINDS if kinds else ""))
        values = (anywhere, apsw.carray(contents), *limits, budget, n)
        return _numbers(run.execute(find, values))

    def paths(self, run: apsw.Connection, words: Sequence[str], n: int) -> list[int]:
        """Up to n files whose paths hold the words, best first. Raises apsw.Error."""
        find = "SELECT doc FROM path_counts WHERE term = ?"
        counts = {word: run.execute(find, (word,)).get or 0 for word in words[:_MAX_ASKED]}
        plan = planned(words, counts, _BUDGET // 2)
        if not plan.carriers:
            return []
        asked = expression(Plan(plan.carriers, plan.companions))
        return _numbers(run.execute(_FIND_PATHS, (asked, _BUDGET, n)))

    def _plan(
        self, run: apsw.Connection, words: Sequence[str], factor: int = 1
    ) -> tuple[Plan, int]:
        now = time.monotonic()
        if now >= self._next_s:
            n_chunks = int(run.execute("SELECT count(*) FROM words_docsize").get)
            self._forget_old(n_chunks)
            self._next_s = now + _COUNT_EVERY_S
        budget = (_BUDGET + self._n_chunks // 60) * factor
        return planned(words, self._counted(run, words), budget), budget

    def _forget_old(self, n_chunks: int) -> None:
        """Counts are good for as long as the index grows or shrinks by no more than a tenth."""
        if abs(n_chunks - self._n_chunks) * 10 > self._n_chunks:
            self._counts = {}
            self._n_chunks = n_chunks

    def _counted(self, run: apsw.Connection, words: Sequence[str]) -> dict[str, int]:
        known = self._counts
        if len(known) > _MAX_REMEMBERED:
            known = self._counts = {}
        asked = words[:_MAX_ASKED]
        find = "SELECT doc FROM word_counts WHERE term = ?"
        for word in asked:
            if not known.get(word):
                known[word] = int(run.execute(find, (word,)).get or 0)
        return {word: known[word] for word in asked}


def _numbers(rows: apsw.Cursor) -> list[int]:
    return [row[0] for row in rows]
