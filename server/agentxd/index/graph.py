"""The graph of files that use each other's names, and which files and definitions matter in it."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from agentxd.index.edges import Edges, Facts, Ids, Weights, edges_of
from agentxd.index.mentioning import Mentions
from agentxd.index.weighing import is_beside, is_private, is_private_name

_DAMPING = 0.6
_N_ROUNDS = 40
_CLOSE = 1e-7
_BESIDE_VOTES = 0.3
"""What tests, examples and scripts start with, where 1 is a file of the product."""
_BESIDE_SHOWN = 0.1
_EXPORTED = 2.5
_PRIVATE_SHOWN = 0.5
_FOR_TASK, _FOR_PATHS = 0.5, 0.6
"""Share of the start that files get which the task mentions, and those under work."""
_UNUSED = 0.02
"""What a definition gets of its file's rank that nobody uses."""


class Wanted(Struct, frozen=True):
    """What ranks are for."""

    task: str = ""
    paths: tuple[str, ...] = ()
    """Files under work."""


class Ranks(Struct, frozen=True):
    """Higher is better; sums up to 1 over the files."""

    files: Weights
    definitions: Weights
    """In the order of the facts' definitions."""


class CodeGraph:
    """Built once from the facts; ranked for each question."""

    def __init__(self, facts: Facts, kind_weights: Weights) -> None:
        """`kind_weights`: what each definition counts for by its kind."""
        self._facts = facts
        self._kinds = kind_weights
        self._edges: Edges = edges_of(facts)
        self._mentions = Mentions(facts.paths, facts.names)
        self._beside = np.array([is_beside(path) for path in facts.paths], bool)
        self._numbers = {path: number for number, path in enumerate(facts.paths)}
        n_files = max(1, len(facts.paths))
        pairs, self._pair_of = np.unique(
            self._edges.source * n_files + self._edges.target, return_inverse=True
        )
        self._pair_of = self._pair_of.reshape(-1)
        self._from, self._to = pairs // n_files, pairs % n_files
        self._n_groups = len(self._edges.is_exported)
        sizes = np.bincount(self._edges.group_of, minlength=self._n_groups)
        self._standing = self._of_groups(sizes)

    @property
    def n_edges(self) -> int:
        """Between different files."""
        return len(self._pair_of)

    def ranks(self, wanted: Wanted) -> Ranks:
        """The same for the same question."""
        n_files = len(self._facts.paths)
        if not n_files:
            return Ranks(np.zeros(0), np.zeros(0))
        names, files = self._mentions.of(wanted.task)
        weight = self._edges.weight
        if names is not None:
            weight = weight * np.append(names, 1.0)[self._edges.name]  # -1, an import, is the last
        out = np.bincount(self._edges.source, weight, minlength=n_files)
        share = weight / (out + _reserve(out))[self._edges.source]
        rank = self._walk(share, self._start(files, wanted.paths))
        return Ranks(rank, self._definitions(rank, share, names, files, wanted.paths))

    def imported_by(self, path: str) -> frozenset[str]:
        """The files that a file's imports may mean."""
        facts, number = self._facts, self._numbers.get(path, -1)
        return frozenset(facts.paths[at] for at in facts.imported[facts.importing == number])

    def importers_of(self, paths: Iterable[str]) -> frozenset[str]:
        """The files that import one of these."""
        facts = self._facts
        numbers = [self._numbers[path] for path in paths if path in self._numbers]
        return frozenset(
            facts.paths[at] for at in facts.importing[np.isin(facts.imported, numbers)]
        )

    def _start(self, mentioned: Weights | None, paths: Sequence[str]) -> Weights:
        """Where the walk begins, and begins anew."""
        start = np.where(self._beside, _BESIDE_VOTES, 1.0)
        start /= start.sum()
        if mentioned is not None and mentioned.sum() > 0:
            start = (1 - _FOR_TASK) * start + _FOR_TASK * mentioned / mentioned.sum()
        at = [self._numbers[path] for path in paths if path in self._numbers]
        if at:
            own = np.zeros(len(start))
            own[at] = 1 / len(set(at))
            start = (1 - _FOR_PATHS) * start + _FOR_PATHS * own
        return start

    def _walk(self, share: Weights, start: Weights) -> Weights:
        """PageRank; what has no way on begins anew."""
        steps = np.bincount(self._pair_of, share, minlength=len(self._from))
        rank: Weights = start
        for _ in range(_N_ROUNDS):
            moved = np.bincount(self._to, rank[self._from] * steps, minlength=len(start))
            again = 1 - _DAMPING * moved.sum()
            following = np.asarray(_DAMPING * moved + again * start, np.float64)
            is_close = np.abs(following - rank).sum() < _CLOSE
            rank = following
            if is_close:
                break
        return rank

    def _of_groups(self, sizes: Ids) -> Weights:
        """What each definition's score is multiplied with, whatever the question."""
        facts, group = self._facts, self._edges.group_of
        private = np.array([is_private(path) for path in facts.paths], bool)[facts.defined_file]
        for language in ("", "go"):
            told = np.array([is_private_name(name, language) for name in facts.names], bool)
            is_of = np.array([not language or one == language for one in facts.languages], bool)
            private |= told[facts.defined_name] & is_of[facts.defined_file]
        exported = np.where(self._edges.is_exported[group], _EXPORTED, 1.0)
        shown = np.where(private, _PRIVATE_SHOWN, 1.0)
        return np.asarray(self._kinds * exported * shown / np.sqrt(np.maximum(1, sizes[group])))

    def _definitions(
        self,
        rank: Weights,
        share: Weights,
        names: Weights | None,
        files: Weights | None,
        paths: Sequence[str],
    ) -> Weights:
        edges, facts = self._edges, self._facts
        is_use = edges.group >= 0
        flow = rank[edges.source[is_use]] * share[is_use]
        groups = np.bincount(edges.group[is_use], flow, minlength=self._n_groups)
        scores = groups[edges.group_of] + _UNUSED * rank[facts.defined_file]
        scores = scores * self._standing
        if names is not None and files is not None:
            scores = scores * names[facts.defined_name] * (1 + files[facts.defined_file])
        if not any(is_beside(path) for path in paths):
            beside = self._beside[facts.defined_file]
            if files is not None:
                beside = beside & (files[facts.defined_file] < 1)
            scores = np.where(beside, scores * _BESIDE_SHOWN, scores)
        return scores


def _reserve(out: NDArray[Any]) -> float:
    """What each file keeps back, so that one with little to say says it less loudly."""
    telling = out[out > 0]
    return float(np.median(telling)) if len(telling) else 1.0
