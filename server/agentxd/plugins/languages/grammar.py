"""A grammar wheel at work: bytes become a tree, the tree becomes captures, in bounded time."""

import importlib
import time
from functools import cached_property

import tree_sitter

from agentxd.plugins.languages.language import Language

Captures = dict[str, list[tree_sitter.Node]]
_MATCH_LIMIT = 1_000
"""Matches in progress at once; a tree that needs more is no program."""
_MANY_NODES = 20_000
"""A smaller tree is asked about whatever it looks like: that takes a second at most."""
_DEEPEST = 500
_LONGEST_RUN = 2_000
_PIECE_BYTES = 65_536


class HostileContentError(Exception):
    """Parsing takes longer than it may, or the tree is none that a query could be asked about."""


class Grammar:
    """The parser of one language and its queries, which cost up to a tenth of a second each."""

    def __init__(self, language: Language) -> None:
        door = getattr(importlib.import_module(language.grammar), language.door)
        self._language = language
        self._grammar = tree_sitter.Language(door())
        self._parser = tree_sitter.Parser(self._grammar)

    def captures(self, content: bytes, seconds: float) -> Captures:
        """Nodes by the name of their capture. Raises HostileContentError."""
        return self._captured(self._query, self.tree(content, seconds))

    def regions(self, tree: tree_sitter.Tree) -> Captures:
        """Comments and strings in a tree of this grammar. Raises HostileContentError."""
        return self._captured(self._region_query, tree)

    def _captured(self, query: tree_sitter.Query, tree: tree_sitter.Tree) -> Captures:
        self._refuse_trap(tree)
        return tree_sitter.QueryCursor(query, match_limit=_MATCH_LIMIT).captures(tree.root_node)

    def _refuse_trap(self, tree: tree_sitter.Tree) -> None:
        if tree.root_node.descendant_count > _MANY_NODES and not _is_written(tree.walk()):
            raise HostileContentError

    @cached_property
    def _query(self) -> tree_sitter.Query:
        return tree_sitter.Query(self._grammar, self._language.query)

    @cached_property
    def _region_query(self) -> tree_sitter.Query:
        return tree_sitter.Query(self._grammar, self._language.regions.query)

    def tree(self, content: bytes, seconds: float) -> tree_sitter.Tree:
        """By pieces, because only then tree-sitter asks whether to go on.

        Raises HostileContentError.
        """
        end, begun = time.thread_time() + seconds, time.monotonic()
        try:
            return self._parser.parse(
                lambda offset, _: content[offset : offset + _PIECE_BYTES],
                # The clock on the wall costs a quarter of the other, and is never behind it.
                progress_callback=lambda _, __: (
                    time.monotonic() - begun >= seconds and time.thread_time() > end
                ),
            )
        except ValueError as error:
            self._parser.reset()
            raise HostileContentError from error


def _is_written(cursor: tree_sitter.TreeCursor) -> bool:
    """Whether the tree is neither very deep nor full of signs that belong to nothing.

    For such trees queries take the square of the time, and nothing stops them: their callback
    kills the process in 0.26.
    """
    depth = run = 0
    while True:
        if cursor.goto_first_child():
            depth, run = depth + 1, 0
            if depth > _DEEPEST:
                return False
            continue
        run = 0 if cursor.node is None or cursor.node.is_named else run + 1
        if run > _LONGEST_RUN:
            return False
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return True
            depth, run = depth - 1, 0
