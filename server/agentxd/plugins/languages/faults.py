"""A tree becomes faults: the places at which it holds something that is no program."""

from collections.abc import Iterator

import tree_sitter

from agentxd.kernel.review import Fault
from agentxd.plugins.languages.source import Source

_MOST = 50
"""Faults of one content that are told: from there on it is another language."""
_MOST_NODES = 20_000
"""Nodes that are looked at in search of them."""
_MOST_CHARACTERS = 40


def read_faults(source: Source, tree: tree_sitter.Tree) -> tuple[Fault, ...]:
    """Outermost errors and missing signs, in their order; nothing for what parses."""
    root = tree.root_node
    if not root.has_error:
        return ()
    found = [_fault(source, node) for node, _ in zip(_bad(root), range(_MOST), strict=False)]
    return tuple(found)


def _bad(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    stack = [root]
    for _ in range(_MOST_NODES):
        if not stack:
            return
        node = stack.pop()
        if node.is_error or node.is_missing:
            yield node
        else:
            stack += [child for child in reversed(node.children) if child.has_error]


def _fault(source: Source, node: tree_sitter.Node) -> Fault:
    line, column = source.place(node.start_byte)
    if node.is_missing:
        return Fault(line, column, f"{node.type} is missing"[:_MOST_CHARACTERS])
    end = min(node.end_byte, node.start_byte + 4 * _MOST_CHARACTERS)
    text = source.text(node.start_byte, end).strip().partition("\n")[0].rstrip()
    return Fault(line, column, text[:_MOST_CHARACTERS])
