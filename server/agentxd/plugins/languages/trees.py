"""Trees that are kept for the next question about the same content."""

import tree_sitter

from agentxd.plugins.languages.grammar import Grammar, HostileContentError
from agentxd.plugins.languages.language import Language

_MOST_BYTES = 3_000_000
"""Of contents whose trees are kept; a tree takes about twenty times as much."""

_Key = tuple[str, bytes]


class KeptTrees:
    """The last ones, over all languages."""

    def __init__(self) -> None:
        self._trees: dict[_Key, tree_sitter.Tree | None] = {}
        self._n_bytes = 0

    def get(
        self, key: tuple[str, bytes], grammar: "KeepingGrammar", seconds: float
    ) -> tree_sitter.Tree:
        """Raises HostileContentError, again and at once for what was too much before."""
        if key not in self._trees:
            self._keep(key, grammar.grown(key[1], seconds))
        tree = self._trees[key]
        if tree is None:
            raise HostileContentError
        return tree

    def _keep(self, key: _Key, tree: tree_sitter.Tree | None) -> None:
        self._trees[key] = tree
        self._n_bytes += len(key[1])
        while self._n_bytes > _MOST_BYTES and len(self._trees) > 1:
            oldest = next(iter(self._trees))
            del self._trees[oldest]
            self._n_bytes -= len(oldest[1])


class KeepingGrammar(Grammar):
    """One whose trees are kept."""

    def __init__(self, language: Language, trees: KeptTrees) -> None:
        super().__init__(language)
        self._name = language.name
        self._trees = trees
        self._passed: tree_sitter.Tree | None = None
        """The last one that was looked through."""

    def tree(self, content: bytes, seconds: float) -> tree_sitter.Tree:
        """From those that are kept, or grown and kept. Raises HostileContentError."""
        return self._trees.get((self._name, content), self, seconds)

    def grown(self, content: bytes, seconds: float) -> tree_sitter.Tree | None:
        """A new one; None for what takes too long."""
        try:
            return super().tree(content, seconds)
        except HostileContentError:
            return None

    def _refuse_trap(self, tree: tree_sitter.Tree) -> None:
        """Once for each tree: two queries are asked about it."""
        if tree is not self._passed:
            super()._refuse_trap(tree)
            self._passed = tree
