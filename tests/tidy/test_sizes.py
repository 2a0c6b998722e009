"""Loved code has no tail: small files, small functions, few collaborators, one docstring each."""

import ast
import re
import statistics
from collections.abc import Iterator

import pytest
from tidy.sources import Source, everything, product, size

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_P90_LINES = 30
MAX_MEDIAN_LINES = 9
MAX_COLLABORATORS = 6

TWO_SENTENCES = {
    "server/agentxd/kernel/ports.py",
    "server/agentxd/plugins/sandboxes/process.py",
    "server/agentxd_protocol/places.py",
    "clients/agentxd_client/launch.py",
}
"""Module docstrings of more than one sentence, still to be mended; the list may only shrink."""


def test_no_file_is_long() -> None:
    long = {source.path: source.n_lines for source in everything()}
    assert {path: n for path, n in long.items() if n >= MAX_FILE_LINES} == {}


def test_functions_are_short() -> None:
    sizes = {
        f"{source.path}:{function.name}": size(function)
        for source in product()
        for function in source.functions()
    }
    ordered = sorted(sizes.values())
    median, p90 = statistics.median(ordered), ordered[len(ordered) * 9 // 10]
    print(f"{len(ordered)} functions: median {median}, p90 {p90}, longest {ordered[-1]} lines")
    assert {name: n for name, n in sizes.items() if n > MAX_FUNCTION_LINES} == {}
    assert p90 <= MAX_P90_LINES
    assert median <= MAX_MEDIAN_LINES


@pytest.mark.parametrize("source", product(), ids=lambda source: source.path)
def test_a_module_says_in_one_sentence_what_it_is(source: Source) -> None:
    words = ast.get_docstring(source.tree) or ""
    summary = words.split("\n\n")[0]
    assert summary
    is_one = not re.search(r"\.\s+[A-Z]", summary)
    assert is_one == (source.path not in TWO_SENTENCES)


VALUES = {"str", "int", "float", "bool", "bytes", "Path", "Callable", "Mapping", "Sequence"}
VALUES |= {"None", "list", "dict", "tuple", "set", "frozenset", "Any", "Iterable", "Iterator"}


def value_types() -> set[str]:
    """Names of our frozen dataclasses and Structs: values, not collaborators."""
    return VALUES | {
        node.name
        for source in product()
        for node in ast.walk(source.tree)
        if (
            isinstance(node, ast.ClassDef)
            and any("dataclass" in ast.unparse(line) for line in node.decorator_list)
        )
        or (
            isinstance(node, ast.ClassDef)
            and any("Struct" in ast.unparse(base) for base in node.bases)
        )
    }


def collaborators(function: ast.FunctionDef, values: set[str]) -> Iterator[str]:
    """Parameters of a constructor that are neither plain values nor functions."""
    parameters = [*function.args.args[1:], *function.args.kwonlyargs]
    for parameter in parameters:
        annotation = ast.unparse(parameter.annotation) if parameter.annotation else "Any"
        if annotation.strip("'\"").split("[")[0].split(" |")[0].rpartition(".")[2] not in values:
            yield parameter.arg


def test_a_constructor_has_few_collaborators() -> None:
    values = value_types()
    found = {
        f"{source.path}:{node.lineno}": list(collaborators(node, values))
        for source in product()
        for node in source.functions()
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    }
    assert {at: names for at, names in found.items() if len(names) > MAX_COLLABORATORS} == {}
