"""Modes, sizes and binaries: what a change does to a file as a whole."""

import pytest
from agentxd.kernel.review import Change, ChangedFile, Severity
from agentxd.plugins.languages.review_syntax import ReviewSyntax
from agentxd.plugins.rules.binary_files import BinaryFiles
from agentxd.plugins.rules.large_files import LargeFiles
from agentxd.plugins.rules.permission_bits import PermissionBits
from agentxd.review.gathering import Standing
from review_parts import MemoryTree, findings_of

PLAIN, RUNS, LINK, MODULE = 0o100644, 0o100755, 0o120000, 0o160000
MB = 1_000_000


def found(rule, file, tree=None):
    return findings_of(
        rule, Standing(Change(files=(file,)), ReviewSyntax(), MemoryTree(tree or {}))
    )


@pytest.mark.parametrize(
    ("path", "old", "new", "text", "severity"),
    [
        ("a.md", 0, RUNS, b"# a\n", "warning"), ("a.py", PLAIN, RUNS, b"a = 1\n", "warning"),
        ("a", 0, RUNS, b"words\n", "warning"), ("a.png", 0, RUNS, b"PNG\0", "warning"),
        ("a.sh", RUNS, PLAIN, b"#!/bin/sh\n", "note"), ("a", PLAIN, 0o104755, b"#!/bin/sh\n", "error"),
        ("a.txt", PLAIN, 0o100666, b"a\n", "warning"), ("a", PLAIN, LINK, b"b", "warning"),
        ("a", LINK, PLAIN, b"b", "note"), ("a", LINK, PLAIN, b"../same", "warning"),
        ("a", 0, LINK, b"/etc/passwd", "warning"), ("a/b", 0, LINK, b"../../c", "warning"),
        ("lib", 0, MODULE, None, "warning"), ("lib", PLAIN, MODULE, None, "warning"),
    ],
)  # fmt: skip
def test_modes_that_look_like_mistakes(path, old, new, text, severity):
    before = b"../same" if old == LINK else (b"old\n" if old else None)
    file = ChangedFile(path=path, old=before, new=text, old_mode=old, new_mode=new)
    (finding,) = found(PermissionBits(), file)
    assert finding.severity == Severity(severity)
    assert finding.is_about_file


@pytest.mark.parametrize(
    ("path", "old", "new", "text"),
    [
        ("a.sh", 0, RUNS, b"echo\n"), ("a", 0, RUNS, b"#!/usr/bin/env python3\n"),
        ("a", 0, RUNS, b"\x7fELF\0"), ("a.md", RUNS, RUNS, b"# a\n"), ("a.md", RUNS, PLAIN, b"# a\n"),
        ("a/b", 0, LINK, b"../c"), ("a/b", 0, LINK, b"c/d"), ("a", RUNS, 0, None), ("a", 0, RUNS, None),
        ("known", 0, MODULE, None), ("known", MODULE, MODULE, None),
    ],
)  # fmt: skip
def test_modes_that_are_meant(path, old, new, text):
    file = ChangedFile(path=path, old=b"x" if old else None, new=text, old_mode=old, new_mode=new)
    tree = {".gitmodules": b'[submodule "known"]\n\tpath = known\n'}
    assert found(PermissionBits(), file, tree) == []


@pytest.mark.parametrize(
    ("path", "old_size", "new_size", "severity"),
    [
        ("a.csv", 0, MB // 2, "note"), ("a.csv", 0, 2 * MB, "warning"), ("a.csv", 0, 60 * MB, "error"),
        ("a.csv", 1000, 3 * MB, "warning"), ("a.csv", 9 * MB, 12 * MB, "warning"),
        ("a.csv", MB // 10, MB, "note"), ("uv.lock", 0, 3 * MB, "warning"),
        ("a.csv", 0, 499_999, None), ("uv.lock", 0, MB, None), ("a.csv", 3 * MB, 2 * MB, None),
        ("a.csv", 9 * MB, 9 * MB + 1000, None), ("a.csv", 60 * MB, 61 * MB, "note"),
    ],
)  # fmt: skip
def test_large_files_by_what_the_change_adds(path, old_size, new_size, severity):
    file = ChangedFile(
        path=path, old_size=old_size, new_size=new_size, new_mode=PLAIN, is_whole=False
    )
    told = [one.severity for one in found(LargeFiles(), file)]
    assert told == ([Severity(severity)] if severity else [])


@pytest.mark.parametrize(
    ("path", "old", "severity"),
    [
        ("a.pyc", None, "warning"), ("lib/a.so", None, "warning"), (".DS_Store", None, "warning"),
        ("a.jar", None, "warning"), ("a.zip", None, "note"), ("a", None, "note"),
        ("tests/data/a.o", None, "note"), ("a.txt", b"text\n", "warning"), ("a.py", b"a\n", "warning"),
        ("a.png", None, None), ("a.pdf", None, None), ("gradle/wrapper/gradle-wrapper.jar", None, None),
        ("a.so", b"\0", None), ("a.zip", b"\0", None),
    ],
)  # fmt: skip
def test_binaries_that_do_not_belong_there(path, old, severity):
    file = ChangedFile(path=path, old=old, new=b"\0\1", new_mode=PLAIN, is_binary=True)
    told = [one.severity for one in found(BinaryFiles(), file)]
    assert told == ([Severity(severity)] if severity else [])


def test_of_many_files_with_the_same_mistake_one_is_a_warning():
    files = tuple(
        ChangedFile(path=f"{name}.md", new=b"# a\n", new_mode=RUNS) for name in ("a", "b", "c")
    )
    ground = Standing(Change(files=files), ReviewSyntax(), MemoryTree({}))
    told = [one.severity for one in findings_of(PermissionBits(), ground)]
    assert told == [Severity.WARNING, Severity.NOTE, Severity.NOTE]


@pytest.mark.parametrize("rule", [PermissionBits(), LargeFiles(), BinaryFiles()])
def test_a_file_that_is_gone_is_no_trouble(rule):
    file = ChangedFile(path="a.o", old=b"\0", old_mode=PLAIN, old_size=9 * MB, is_binary=True)
    assert found(rule, file) == []
