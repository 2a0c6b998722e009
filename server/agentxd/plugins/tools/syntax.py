"""Syntax before and after an edit: a file that parsed and no longer does is told."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any

from agentxd.workspace.editing.values import FileResult

_MAX_BYTES = 1 << 20
"""Parsing holds the interpreter; this much takes about as long as a person notices."""

GRAMMARS: dict[str, tuple[str, str]] = {
    ".py": ("tree_sitter_python", "language"),
    ".pyi": ("tree_sitter_python", "language"),
    ".js": ("tree_sitter_javascript", "language"),
    ".jsx": ("tree_sitter_javascript", "language"),
    ".mjs": ("tree_sitter_javascript", "language"),
    ".cjs": ("tree_sitter_javascript", "language"),
    ".ts": ("tree_sitter_typescript", "language_typescript"),
    ".tsx": ("tree_sitter_typescript", "language_tsx"),
    ".go": ("tree_sitter_go", "language"),
    ".rs": ("tree_sitter_rust", "language"),
    ".java": ("tree_sitter_java", "language"),
    ".c": ("tree_sitter_c", "language"),
    ".h": ("tree_sitter_cpp", "language"),
    ".cc": ("tree_sitter_cpp", "language"),
    ".cpp": ("tree_sitter_cpp", "language"),
    ".hpp": ("tree_sitter_cpp", "language"),
    ".rb": ("tree_sitter_ruby", "language"),
    ".sh": ("tree_sitter_bash", "language"),
    ".json": ("tree_sitter_json", "language"),
    ".toml": ("tree_sitter_toml", "language"),
    ".yaml": ("tree_sitter_yaml", "language"),
    ".yml": ("tree_sitter_yaml", "language"),
}
"""Ending of a file's name to the grammar's module and its door."""


def newly_broken(files: Sequence[FileResult]) -> list[str]:
    """One sentence for each file that parsed before (or is new) and does not parse now.

    Takes milliseconds for files of usual size; call it off the event loop.
    """
    told: list[str] = []
    for file in files:
        path = file.new_path or file.path
        if file.is_unchanged or file.after is None:
            continue
        line = first_error(path, file.after)
        if line and not (file.before and first_error(file.path, file.before)):
            state = "parsed before this edit and does not now" if file.before else "does not parse"
            told.append(f"Warning: {path} {state}; the first error is at line {line}.")
    return told


def first_error(path: str, content: bytes) -> int:
    """1-based line of the first syntax error; 0 where there is none, or no grammar to ask."""
    grammar = GRAMMARS.get(PurePosixPath(path).suffix.lower())
    if grammar is None or len(content) > _MAX_BYTES:
        return 0
    from tree_sitter import Language, Parser  # noqa: PLC0415  # heavy; only where a file is edited

    door: Callable[[], Any] = getattr(import_module(grammar[0]), grammar[1])
    root = Parser(Language(door())).parse(content).root_node
    return _first_error_line(root) if root.has_error else 0


def _first_error_line(root: Any) -> int:
    """Down the first branch that holds an error."""
    node = root
    while not (node.is_error or node.is_missing):
        below = next(
            (child for child in node.children if child.has_error or child.is_missing), None
        )
        if below is None:
            break
        node = below
    return int(node.start_point[0]) + 1
