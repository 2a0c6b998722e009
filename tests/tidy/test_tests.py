"""Tests use no mocks, skip nothing on the quiet, and every invariant has one."""

import ast
import re
from collections.abc import Iterator

from tidy.sources import ROOT, Source, product, read


def calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name of what is called."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_nothing_is_mocked() -> None:
    imports = [
        source.path
        for source in (*read("tests"), *product())
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and re.search(r"\b(unittest\.mock|mock|pytest_mock)\b", ast.unparse(node))
    ]
    patched = [
        f"{source.path}:{call.lineno}"
        for source in read("tests")
        for call, name in calls(source)
        if name in ("monkeypatch.setattr", "monkeypatch.setitem", "mocker.patch")
    ]
    assert imports == []
    assert patched == []


def test_a_skip_is_a_failure_in_ci() -> None:
    quiet = set()
    for source in read("tests"):
        for function in source.functions():
            body = ast.unparse(function)
            if "pytest.skip(" in body and not ("'CI'" in body and "pytest.fail(" in body):
                quiet.add(source.path)
    assert not quiet


def test_nothing_is_skipped_or_expected_to_fail_by_a_mark() -> None:
    marked = [
        f"{source.path}:{node.lineno}"
        for source in read("tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("skip", "skipif", "xfail", "importorskip")
        and ast.unparse(node) != "pytest.skip"
        and ast.unparse(node.value) in ("pytest", "pytest.mark", "mark")
    ]
    assert marked == []


def named_in_tests() -> set[int]:
    """Numbers that test names mention: test_invariant_5_…, or test_invariant_1_2_3_…."""
    names = (
        function.name
        for source in read("tests")
        for function in source.functions()
        if function.name.startswith("test_")
    )
    runs = (re.search(r"invariant_((?:\d+_)+)", name) for name in names)
    return {int(number) for run in runs if run for number in run[1].strip("_").split("_")}


def invariants() -> dict[int, str]:
    """The numbered list of docs/architecture.md."""
    page = (ROOT / "docs/architecture.md").read_text()
    section = page.partition("## Invariants")[2].partition("\n## ")[0]
    return {int(n): text for n, text in re.findall(r"^(\d+)\. (.+)$", section, re.MULTILINE)}


def test_every_invariant_has_a_test_that_names_its_number() -> None:
    numbers = set(invariants())
    assert numbers == set(range(1, 17))
    assert not numbers - named_in_tests()
