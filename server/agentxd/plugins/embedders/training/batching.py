"""Draws batches of pairs: half of them mixed, half from few packages, which is harder."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from agentxd.plugins.embedders.training.numbering import Arrays, Numbered
from agentxd.plugins.embedders.training.recipe import Recipe

Rows = NDArray[np.int64]
_MIN_WORDS = 5
"""Of a definition without its name."""
_MAX_PACKAGES = 200
"""That one batch may need."""


def batches(
    pairs: Numbered, recipe: Recipe, chance: np.random.Generator
) -> Iterator[tuple[Arrays, Arrays, Rows]]:
    """Queries, documents, and which of them belong to the batch."""
    by_sentence = _Pool(pairs, recipe, pairs.sentences, 3)
    by_name = _Pool(pairs, recipe, pairs.names, 2)
    for _ in range(recipe.n_steps):
        kind = chance.random()
        if kind < recipe.by_body:
            yield pairs.sentences, pairs.bodies, by_sentence.draw(chance)
        elif kind < recipe.by_body + recipe.by_nameless:
            yield pairs.sentences, pairs.nameless, by_sentence.draw(chance)
        else:
            yield pairs.names, pairs.nameless, by_name.draw(chance)


class _Pool:
    """Pairs of one kind, by language and package."""

    def __init__(self, pairs: Numbered, recipe: Recipe, queries: Arrays, least: int) -> None:
        self._recipe = recipe
        self._by_language: list[Rows] = []
        self._by_package: list[list[Rows]] = []
        shares = []
        long_enough = pairs.nameless.lengths() >= _MIN_WORDS
        usable = np.flatnonzero((queries.lengths() >= least) & long_enough)
        for number, language in enumerate(pairs.languages):
            rows = usable[pairs.language[usable] == number]
            share = dict(recipe.languages).get(language, 0.0)
            if len(rows) >= recipe.batch and share > 0:
                order = rows[np.argsort(pairs.package[rows], kind="stable")]
                cuts = np.flatnonzero(np.diff(pairs.package[order])) + 1
                self._by_language.append(order)
                self._by_package.append(np.split(order, cuts))
                shares.append(share)
        self._shares = np.array(shares) / np.sum(shares)

    def draw(self, chance: np.random.Generator) -> Rows:
        """Distinct pairs for one batch."""
        if chance.random() < self._recipe.from_few_packages:
            return self._of_few_packages(chance)
        counts = chance.multinomial(self._recipe.batch, self._shares)
        parts = zip(self._by_language, counts, strict=True)
        return np.concatenate([_some(rows, int(n), chance) for rows, n in parts])

    def _of_few_packages(self, chance: np.random.Generator) -> Rows:
        packages = self._by_package[int(chance.choice(len(self._shares), p=self._shares))]
        weights = np.sqrt([len(rows) for rows in packages])
        n_packages = min(len(packages), _MAX_PACKAGES)
        order = chance.choice(len(packages), n_packages, replace=False, p=weights / weights.sum())
        taken: list[Rows] = []
        wanted = self._recipe.batch
        for number in order:
            taken.append(_some(packages[number], wanted, chance))
            wanted -= len(taken[-1])
            if wanted <= 0:
                break
        return np.concatenate(taken)


def _some(rows: Rows, n: int, chance: np.random.Generator) -> Rows:
    """Up to n of them; cheap where there are very many."""
    if n >= len(rows):
        return rows
    if n * 20 > len(rows):
        return chance.choice(rows, n, replace=False)
    return rows[np.unique(chance.integers(0, len(rows), n))]
