"""Tests that are removed, weakened or skipped, by the ways of people in a hurry."""

import re
from collections.abc import Callable, Sequence
from random import Random

from agentxd.workspace.lines import split_lines

from tests.bench.seeding.blocks import Block, blocks_of
from tests.bench.seeding.material import FILE, Edit, Shape, Spot
from tests.bench.seeding.placing import covered

_TESTED = ("py", "js", "ts", "go", "rs", "java", "rb")
_BRACED = ("js", "ts", "go", "rs", "java")
Change = Callable[[Random, list[bytes], Block], list[bytes] | None]


def _shape(rule: str, name: str, languages: Sequence[str], change: Change) -> list[Shape]:
    """Changes one test of a file that had it before; None of `change` where it does not fit."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        known = {block.name for block in blocks_of(spot, spot.old)}
        inside = covered(spot)
        blocks = [
            block
            for block in blocks_of(spot, spot.new)
            if block.name in known and block.head not in inside
        ]
        random.shuffle(blocks)
        lines = split_lines(spot.new)
        for block in blocks:
            part = change(random, lines[block.start : block.end], block)
            if part is not None and part != lines[block.start : block.end]:
                new = b"".join([*lines[: block.start], *part, *lines[block.end :]])
                if len(spot.syntax.faults(spot.file.path, new) or ()) == 0:
                    return [
                        spot.edited(new, block.start, max(block.start + 1, block.start + len(part)))
                    ]
        return None

    return [Shape(rule, f"{name}-{language}", make, (language,)) for language in languages]


def _gone(random: Random, part: list[bytes], block: Block) -> list[bytes]:
    return []


def _into_comment(random: Random, part: list[bytes], block: Block) -> list[bytes]:
    sign = (
        b"# "
        if part[0].strip()[:1] in b"@d#" and b"{" not in part[-1] and b"}" not in part[-1]
        else b"// "
    )
    return [
        block.indent + sign + line[len(block.indent) :] if line.strip() else line for line in part
    ]


def _renamed(before: bytes, after: bytes) -> Change:
    """So that nothing collects it."""

    def change(random: Random, part: list[bytes], block: Block) -> list[bytes]:
        at = block.head - block.start
        return [*part[:at], part[at].replace(before, after, 1), *part[at + 1 :]]

    return change


def _file_gone(random: Random, spot: Spot) -> Sequence[Edit] | None:
    """All of it, while the code stays."""
    if not blocks_of(spot, spot.old):
        return None
    return [Edit(spot.file.path, None, spot.old, old_mode=FILE)]


def _no_mark(random: Random, part: list[bytes], block: Block) -> list[bytes] | None:
    """A function without the attribute that makes it a test."""
    kept = [line for line in part if line.strip() not in (b"#[test]", b"@Test", b"#[tokio::test]")]
    return kept if len(kept) < len(part) else None


_REMOVED = [
    *_shape("test-removed", "gone", _TESTED, _gone),
    *_shape("test-removed", "gone-too", _TESTED, _gone),
    *_shape("test-removed", "into-comment", ("py", "js", "ts", "go"), _into_comment),
    *_shape("test-removed", "renamed", ("py",), _renamed(b"def test_", b"def _test_")),
    *_shape("test-removed", "renamed", ("go",), _renamed(b"func Test", b"func test")),
    *_shape("test-removed", "no-mark", ("rs", "java"), _no_mark),
    *(Shape("test-removed", f"file-{language}", _file_gone, (language,)) for language in _TESTED),
]

_ASSERTION = re.compile(
    rb"^\s*(?:assert\b.*|self\.assert\w+\(.*\)|expect\(.*\);?|assert(?:_eq|_ne)?!\(.*\);|(?:assert|require)\.\w+\(.*\);?|assert\w+\(.*\);?|t\.(?:is|same|equal|deepEqual|assert\.\w+)\(.*\);?|must_equal.*)\s*$"
)


def _assertions(part: Sequence[bytes]) -> list[int]:
    """Lines that hold a whole one."""
    return [
        n for n, line in enumerate(part)
        if _ASSERTION.match(line) and line.count(b"(") == line.count(b")") and line.count(b"[") == line.count(b"]") and line.count(b"{") == line.count(b"}")
        and not line.rstrip().endswith((b",", b"\\", b"=", b"and", b"or"))
    ]  # fmt: skip


def _one_gone(random: Random, part: list[bytes], block: Block) -> list[bytes] | None:
    found = _assertions(part)
    if len(found) < 2:
        return None
    at = random.choice(found)
    return [*part[:at], *part[at + 1 :]]


def _all_gone(random: Random, part: list[bytes], block: Block) -> list[bytes] | None:
    found = _assertions(part)
    kept = [line for n, line in enumerate(part) if n not in found]
    return kept if found and len(kept) > 2 + block.head - block.start else None


def _commented_out(random: Random, part: list[bytes], block: Block) -> list[bytes] | None:
    found = _assertions(part)
    if len(found) < 2:
        return None
    at = random.choice(found)
    sign = b"# " if part[at].strip().startswith((b"assert ", b"self.assert")) else b"// "
    body = part[at].lstrip()
    return [*part[:at], part[at][: len(part[at]) - len(body)] + sign + body, *part[at + 1 :]]


def _rewritten(pattern: bytes, after: bytes) -> Change:
    """One line that the pattern fits is another one then."""
    looked = re.compile(pattern)

    def change(random: Random, part: list[bytes], block: Block) -> list[bytes] | None:
        fit = [
            n for n, line in enumerate(part) if looked.search(line) and n > block.head - block.start
        ]
        if not fit:
            return None
        at = random.choice(fit)
        return [*part[:at], looked.sub(after, part[at], count=1), *part[at + 1 :]]

    return change


_WEAKENED = [
    *_shape("test-weakened", "one-gone", _TESTED, _one_gone),
    *_shape("test-weakened", "all-gone", _TESTED, _all_gone),
    *_shape("test-weakened", "into-comment", ("py", "js", "ts", "go", "rs"), _commented_out),
    *_shape("test-weakened", "no-comparison", ("py",), _rewritten(rb"^(\s*assert [\w.\[\]()'\"]+) == .+$", rb"\1")),
    *_shape("test-weakened", "always-true", ("py",), _rewritten(rb"^(\s*)assert [^,]+ == [^,]+$", rb"\1assert True")),
    *_shape("test-weakened", "not-none", ("py",), _rewritten(rb"^(\s*assert [\w.\[\]()'\"]+) == [^,(\[{]+$", rb"\1 is not None")),
    *_shape("test-weakened", "any-error", ("py",), _rewritten(rb"(pytest\.raises\()\w+(?:\.\w+)*", rb"\1Exception")),
    *_shape("test-weakened", "no-match", ("py",), _rewritten(rb", match=[^()]+\)", rb")")),
    *_shape("test-weakened", "or-true", ("py",), _rewritten(rb"^(\s*assert [\w.\[\]()'\"]+ == [^,(\[{#\\]+?)(\n)$", rb"\1 or True\2")),
    *_shape("test-weakened", "is-truthy", ("js", "ts"), _rewritten(rb"\.(?:toBe|toEqual|toStrictEqual)\([^()]*\)", b".toBeTruthy()")),
    *_shape("test-weakened", "is-defined", ("js", "ts"), _rewritten(rb"\.(?:toBe|toEqual|toStrictEqual)\([^()]*\)", b".toBeDefined()")),
    *_shape("test-weakened", "always-true", ("js", "ts"), _rewritten(rb"expect\(.+\)\.(?:toBe|toEqual)\([^()]*\)", b"expect(true).toBe(true)")),
    *_shape("test-weakened", "not-nil", ("go",), _rewritten(rb"(assert|require)\.Equal\(t, [^,]+, (.+)\)", rb"\1.NotNil(t, \2)")),
    *_shape("test-weakened", "log-only", ("go",), _rewritten(rb"t\.(?:Fatalf|Errorf)\(", b"t.Logf(")),
    *_shape("test-weakened", "always-true", ("rs",), _rewritten(rb"assert_eq!\(.+\);", b"assert!(true);")),
    *_shape("test-weakened", "is-ok", ("rs",), _rewritten(rb"assert_eq!\(([\w.()]+), .+\);", rb"assert!(\1.is_some());")),
    *_shape("test-weakened", "not-null", ("java",), _rewritten(rb"assertThat\((.+)\)\.isEqualTo\(.+\);", rb"assertThat(\1).isNotNull();")),
]  # fmt: skip


def _above(text: str) -> Change:
    """A line in front of the test's first one."""
    return lambda random, part, block: [block.indent + text.encode() + b"\n", *part]


def _first(text: str, deeper: bytes) -> Change:
    """A first line in the body, where the head is one line."""

    def change(random: Random, part: list[bytes], block: Block) -> list[bytes] | None:
        at = block.head - block.start + 1
        if not part[at - 1].rstrip().endswith((b"{", b":", b" do")):
            return None
        return [*part[:at], block.indent + deeper + text.encode() + b"\n", *part[at:]]

    return change


def _head(before: bytes, after: bytes) -> Change:
    """The word that starts it is another one."""

    def change(random: Random, part: list[bytes], block: Block) -> list[bytes]:
        at = block.head - block.start
        return [*part[:at], re.sub(before, after, part[at], count=1), *part[at + 1 :]]

    return change


_JS = ("js", "ts")
_SKIPPED = [
    *_shape("test-skipped", "mark", ("py",), _above('@pytest.mark.skip(reason="flaky")')),
    *_shape("test-skipped", "bare-mark", ("py",), _above("@pytest.mark.skip")),
    *_shape("test-skipped", "unittest", ("py",), _above('@unittest.skip("broken for now")')),
    *_shape("test-skipped", "always", ("py",), _above('@pytest.mark.skipif(True, reason="later")')),
    *_shape("test-skipped", "expected-failure", ("py",), _above("@pytest.mark.xfail")),
    *_shape("test-skipped", "expected-failure-unittest", ("py",), _above("@unittest.expectedFailure")),
    *_shape("test-skipped", "call", ("py",), _first('pytest.skip("not now")', b"    ")),
    *_shape("test-skipped", "returns", ("py",), _first("return", b"    ")),
    *_shape("test-skipped", "dot-skip", _JS, _head(rb"\b(it|test)\(", rb"\1.skip(")),
    *_shape("test-skipped", "x", _JS, _head(rb"\b(?:it|test)\(", rb"xit(")),
    *_shape("test-skipped", "only", _JS, _head(rb"\b(it|test)\(", rb"\1.only(")),
    *_shape("test-skipped", "todo", ("ts",), _head(rb"\b(it|test)\(", rb"\1.fails(")),
    *_shape("test-skipped", "call", ("go",), _first('t.Skip("flaky on CI")', b"\t")),
    *_shape("test-skipped", "bare-call", ("go",), _first("t.SkipNow()", b"\t")),
    *_shape("test-skipped", "formatted-call", ("go",), _first('t.Skipf("see %s", "the issue")', b"\t")),
    *_shape("test-skipped", "ignore", ("rs",), _above("#[ignore]")),
    *_shape("test-skipped", "ignore-reason", ("rs",), _above('#[ignore = "hangs"]')),
    *_shape("test-skipped", "disabled", ("java",), _above('@Disabled("flaky")')),
    *_shape("test-skipped", "ignore", ("java",), _above("@Ignore")),
    *_shape("test-skipped", "x", ("rb",), _head(rb"\bit ", rb"xit ")),
    *_shape("test-skipped", "call", ("rb",), _first("skip 'flaky'", b"  ")),
]  # fmt: skip
SHAPES = [*_REMOVED, *_WEAKENED, *_SKIPPED]
