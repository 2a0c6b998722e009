"""The project's own source files, parsed once, for the rules that read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file of ours."""

    path: str
    """From the top of the checkout, for instance server/agentxd/kernel/ids.py."""
    text: str
    tree: ast.Module

    @property
    def n_lines(self) -> int:
        return len(self.text.splitlines())

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


@cache
def read(*folders: str) -> tuple[Source, ...]:
    """Every Python file below the folders; the demo's sample is a foreign project to us."""
    files = (file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")))
    return tuple(
        Source(str(file.relative_to(ROOT)), file.read_text(), ast.parse(file.read_text()))
        for file in files
        if "sample" not in file.parts and "__pycache__" not in file.parts
    )


def product() -> tuple[Source, ...]:
    """What is shipped."""
    return read("server", "clients")


def everything() -> tuple[Source, ...]:
    """What is shipped, tests and scripts."""
    return read("server", "clients", "tests", "scripts")


def size(function: Function) -> int:
    """Lines from `def` to its last statement."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
