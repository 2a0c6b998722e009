"""A grammar wheel at work: bytes become a tree, the tree becomes captures, in bounded time."""

import importlib
import time

import tree_sitter

from agentxd.plugins.languages.language import Language

Captures = dict[str, list[tree_sitter.Node]]
_MATCH_LIMIT = 1_000
"""Matches in progress at once; a tree that needs more is no program."""
_MOST_NODES = 1_500_000
_PIECE_BYTES = 65_536


class OverTimeError(Exception):
    """A content took longer than it may."""


class Grammar:
    """The parser and the compiled query of one language; loading them costs milliseconds."""

    def __init__(self, language: Language) -> None:
        door = getattr(importlib.import_module(language.grammar), language.door)
        grammar = tree_sitter.Language(door())
        self._parser = tree_sitter.Parser(grammar)
        self._query = tree_sitter.Query(grammar, language.query)

    def captures(self, content: bytes, seconds: float) -> Captures:
        """Nodes by the name of their capture. Raises OverTimeError.

        Parsing stops after this much CPU time. A query cannot be stopped (a callback there kills
        the process in 0.26), so that trees of too many nodes are given no query at all.
        """
        root = self._parse(content, seconds).root_node
        if root.descendant_count > _MOST_NODES:
            raise OverTimeError
        return tree_sitter.QueryCursor(self._query, match_limit=_MATCH_LIMIT).captures(root)

    def _parse(self, content: bytes, seconds: float) -> tree_sitter.Tree:
        """By pieces, because only then tree-sitter asks whether to go on."""
        end = time.thread_time() + seconds
        try:
            return self._parser.parse(
                lambda offset, _: content[offset : offset + _PIECE_BYTES],
                progress_callback=lambda _, __: time.thread_time() > end,
            )
        except ValueError as error:
            self._parser.reset()
            raise OverTimeError from error
