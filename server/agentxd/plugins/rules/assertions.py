"""Assertions of a test: what they are about, and how much they demand of it."""

import re
from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.plugins.rules.cases import Case, Cases

_SCRIPT = (
    r"\bexpect(?:\.\w+)*\(|\bassert(?:\.\w+)*\(|\.should\b|^\s*\.expect\("
    r"|\bt\.(?:is|not|deepEqual|deepStrictEqual|equal|strictEqual|same|ok|notOk|throws|match|true"
    r"|false|like|regex|rejects|plan)\("
)
_PATTERNS = {
    "python": (
        r"^\s*assert\b|\bself\.assert\w+\(|\bpytest\.raises\(|\bassert_\w+\(|\.assert_\w+\("
        r"|^\s*self\.fail\("
    ),
    "go": r"\b(?:assert|require|is|c|qt|td)\.[A-Z]\w*\(|\b[tb]\.(?:Fatalf?|Errorf?|Fail\w*)\(",
    "rust": r"\b(?:debug_)?assert\w*!\s*[(\[{]|^\s*#\[should_panic",
    "java": r"\bassert(?:\w+\(|\s)|\bverify\(|@Test\(.*\bexpected\b",
    "csharp": r"\bAssert\.\w+|\.Should\w*\(",
    "ruby": r"^\s*(?:assert|refute)\w*\b|\bexpect\b\s*[({]|\.should\b|\.must_\w+",
    "php": r"(?:\$this->|self::|static::)(?:assert|expectEx)\w+\(|\bexpect\(",
    "c": r"\b(?:ASSERT|EXPECT|REQUIRE|CHECK)(?:_\w+)?\s*\(|\bassert\(",
    **dict.fromkeys(("javascript", "typescript", "tsx"), _SCRIPT),
}
_PATTERNS["cpp"] = _PATTERNS["c"]
ASSERTION = {language: Lazy(pattern) for language, pattern in _PATTERNS.items()}
HELPER = Lazy(
    r"(?i)\b\w*(?:assert|check|verif|expect|validate|ensure|must|require|compare|match)\w*!?\s*\("
    r"|\b(?:panic|unreachable)!|\bthrow\b|\braise\b|\b(?:fail|flunk|Fail)\w*\("
)
"""A call that may assert elsewhere."""
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_MOST_LINES = 40
"""Of one assertion."""
_SPACE = Lazy(r"\s+")
_LAST_COMMA = Lazy(r",(?=[)\]}])")


class Demand(Enum):
    """How much an assertion demands of its subject; larger is more."""

    NOTHING = 0
    """It holds whatever happens."""
    SOMETHING = 1
    """That it is true, or there."""
    PART = 2
    """That it holds something, or lies within limits."""
    WHOLE = 3
    """That it is one value."""
    ERROR = 4
    """That something fails."""
    OTHER = 5


class Assertion(Struct, frozen=True):
    """One statement."""

    line: int
    text: str
    """Without spaces."""
    demand: Demand
    subject: str = ""
    """What it is about, without spaces; empty where that cannot be told."""
    detail: str = ""
    """What is expected; for an error, which."""


_EXACT = """
    equal equals equalto eq eql is same sameas be deepequal strictequal deepstrictequal
    dictequal listequal setequal tupleequal countequal sequenceequal length len lengthof
    count jsoneq eqvalues equalvalues exactly mustequal samevalue streq elementsmatch
    numberequal multilineequal almostequal approxeq identicalto closeto indelta inepsilon
    allclose near doubleeq floateq
"""
_PARTIAL = """
    contains contain in contains_string regex regexp match matches matchobject startswith
    endswith includes include greater less greaterequal lessequal greaterthan lessthan
    greaterthanorequal lessthanorequal ge gt le lt subset containequal objectcontaining
    property
"""
_THERE = """
    true ok notnil notnone isnotnone notnull truthy defined notempty instanceof isinstance
    exist exists notundefined present notequal noteq ne istype bool isnotempty isnotnull
    notzero predicate any
"""
_ERRORS = """
    raises raise raiseerror throws throw throwerror raisesregex throwany panics panic
    error errorcontains erroris errorregexp expectexception throwsexactly throwsasync
    throwsany thrown rejects shouldpanic
"""
_DEMANDS = {
    **dict.fromkeys(_EXACT.split(), Demand.WHOLE),
    **dict.fromkeys(_PARTIAL.split(), Demand.PART),
    **dict.fromkeys(_THERE.split(), Demand.SOMETHING),
    **dict.fromkeys(_ERRORS.split(), Demand.ERROR),
}
_PREFIX = Lazy(
    r"^(?:assert|expect|require|check|to_?be|to_?have|to|should|must|been?|is_?not)_?(?=.)"
)
_STARTS = frozenset({"expect", "assertThat", "that", "should"})
"""Functions that take a subject, and what is demanded comes behind."""
_LITERALS = frozenset({"True", "true", "TRUE"})
NO_ERROR = Lazy(r"(?i)no_?err|assert_ok|\bnil\(|is_?nil\(|is_ok\(|not_?raise|doesnotthrow")
"""Assertions that what is done on the way does not fail."""
_EMPTY = frozenset({"None", "null", "nil", "undefined", "NULL", "nullptr"})
_CALL = Lazy(r"([\w.:$>-]*\w)(!?)\s*(?:<([^<>()]*)>)?\s*\(")
_CHAIN = Lazy(r"\.\s*(\w+)\s*(?:<([^<>()]*)>)?\s*(\()?")
_COMPARISONS = (
    (" == ", Demand.WHOLE), (" is not ", Demand.SOMETHING), (" is ", Demand.WHOLE),
    (" not in ", Demand.PART), (" in ", Demand.PART), (" != ", Demand.SOMETHING),
    (" >= ", Demand.PART), (" <= ", Demand.PART), (" > ", Demand.PART), (" < ", Demand.PART),
)  # fmt: skip


def assertions_of(cases: Cases, case: Case, language: str) -> list[Assertion]:
    """In the order of their lines, with the marks above the test."""
    pattern = ASSERTION.get(language)
    found: list[Assertion] = []
    if pattern is None:
        return found
    number = case.start
    while number < case.end:
        code = cases.code[number]
        match = pattern.search(code) if len(code) <= 1_000 else None  # noqa: PLR2004  # a person's
        if match is None:
            number += 1
            continue
        end = _statement_end(cases.code, number, case.end)
        raw = " ".join(line.strip() for line in cases.lines[number:end])
        masked = " ".join(line.strip() for line in cases.code[number:end])
        offset = match.start() - (len(code) - len(code.lstrip()))
        found.append(_read(number, raw, masked, max(offset, 0)))
        number = end
    return found


def plain(text: str) -> str:
    """Without spaces and last commas, so that another layout is the same."""
    return _LAST_COMMA.sub("", _SPACE.sub("", text)).rstrip(";")


def _statement_end(code: Sequence[str], start: int, limit: int) -> int:
    """The line after the one in which the last bracket is closed."""
    depth = 0
    for number in range(start, min(limit, start + _MOST_LINES)):
        depth += sum((sign in _OPEN) - (sign in _CLOSE) for sign in code[number])
        following = code[number + 1].lstrip() if number + 1 < limit else ""
        if depth <= 0 and not following.startswith("."):
            return number + 1
        if code[number].rstrip().endswith("{") and depth == 1 and number == start:
            return number + 1
    return start + 1


def _read(line: int, raw: str, masked: str, offset: int) -> Assertion:
    text = plain(raw)
    statement = re.match(r"\s*assert\s+(?!\()", masked[offset:])
    if statement is not None:
        start = offset + statement.end()
        return _comparison(line, text, raw[start:], masked[start:])
    call = _CALL.search(masked, offset)
    if call is None:
        return Assertion(line, text, Demand.OTHER)
    parts = _arguments(raw, masked, call.end() - 1)
    rest = masked[parts.end :]
    name = call[1].rpartition(".")[2].rpartition(">")[2].rpartition(":")[2]
    if name in ("expect", "assertThat", "that", "should") or rest.lstrip().startswith(
        (".to", ".not", ".is")
    ):
        return _chained(line, text, raw, masked, parts)
    return _called(line, text, name, call[3] or "", parts.texts)


class _Parts(Struct, frozen=True):
    texts: tuple[str, ...]
    end: int
    """Behind the bracket."""


def _arguments(raw: str, masked: str, bracket: int) -> _Parts:
    """Between brackets, cut at commas, without spaces."""
    depth, start, texts = 0, bracket + 1, list[str]()
    for at in range(bracket, len(masked)):
        sign = masked[at]
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth -= 1
            if depth == 0:
                texts.append(plain(raw[start:at]))
                return _Parts(tuple(text for text in texts if text), at + 1)
        elif sign == "," and depth == 1:
            texts.append(plain(raw[start:at]))
            start = at + 1
    return _Parts(tuple(text for text in (*texts, plain(raw[start:])) if text), len(masked))


def _comparison(line: int, text: str, raw: str, masked: str) -> Assertion:
    """`assert a == b, message` of Python."""
    masked = _top_level(masked)
    comma = masked.find(",")
    if comma >= 0:
        raw, masked = raw[:comma], masked[:comma]
    if masked.rstrip().endswith((" or True", " or 1")):
        return Assertion(line, text, Demand.NOTHING, plain(raw))
    if " and " in masked or " or " in masked or " if " in masked:
        return Assertion(line, text, Demand.OTHER)
    for sign, demand in _COMPARISONS:
        at = masked.find(sign)
        if at >= 0:
            left, right = plain(raw[:at]), plain(raw[at + len(sign) :])
            return Assertion(line, text, _weighed(demand, left, right), left, right)
    subject = plain(raw)
    is_nothing = subject in _LITERALS or subject.isdigit()
    return Assertion(line, text, Demand.NOTHING if is_nothing else Demand.SOMETHING, subject)


def _top_level(masked: str) -> str:
    """With dots over what stands in brackets."""
    signs, depth = list[str](), 0
    for sign in masked:
        depth -= sign in _CLOSE
        signs.append("." if depth > 0 else sign)
        depth += sign in _OPEN
    return "".join(signs)


def _called(line: int, text: str, name: str, kind: str, texts: Sequence[str]) -> Assertion:
    """`assertEqual(a, b)`, `require.Equal(t, a, b)`, `assert_eq!(a, b)`."""
    demand = _demand(name)
    if texts and texts[0] in ("t", "b", "tb", "c", "r", "mode"):
        texts = texts[1:]
    if demand is Demand.ERROR:
        return Assertion(line, text, demand, "", kind or (texts[0] if texts else ""))
    if not texts:
        return Assertion(line, text, Demand.OTHER)
    if demand is Demand.OTHER and name in ("assert", "Assert", "ok", "CHECK", "REQUIRE"):
        demand = Demand.SOMETHING
    if demand is Demand.SOMETHING and len(texts) == 1 and texts[0] in _LITERALS:
        return Assertion(line, text, Demand.NOTHING, texts[0])
    if demand in (Demand.WHOLE, Demand.PART) and len(texts) > 1:
        return Assertion(line, text, _weighed(demand, texts[0], texts[1]), texts[0], texts[1])
    return Assertion(line, text, demand, texts[0])


def _chained(line: int, text: str, raw: str, masked: str, parts: _Parts) -> Assertion:
    """`expect(a).not.toBe(b)`, `assertThat(a).isEqualTo(b)`."""
    subject = parts.texts[0] if parts.texts else ""
    demand, detail, at, is_not = Demand.OTHER, "", parts.end, False
    while (link := _CHAIN.match(masked, at)) is not None:
        at, expected = link.end(), ""
        if link[3]:
            inner = _arguments(raw, masked, link.end() - 1)
            at, expected = inner.end, "".join(inner.texts[:1])
        is_not = is_not or link[1] == "not"
        found = _demand(link[1])
        if found is not Demand.OTHER and link[3]:
            demand, detail = found, (link[2] or expected)
    if is_not and demand is not Demand.ERROR:
        demand = Demand.SOMETHING
    if demand is Demand.ERROR:
        return Assertion(line, text, Demand.OTHER if is_not else demand, "", detail)
    return Assertion(line, text, _weighed(demand, subject, detail), subject, detail)


def _demand(name: str) -> Demand:
    """By the name of a function, whatever the library."""
    plain_name = name.lower().replace("_", "")
    for _ in range(3):
        if plain_name in _DEMANDS:
            return _DEMANDS[plain_name]
        shorter = _PREFIX.sub("", plain_name)
        if shorter == plain_name:
            break
        plain_name = shorter
    return Demand.OTHER


def _weighed(demand: Demand, subject: str, expected: str) -> Demand:
    """An equation with itself demands nothing, one with `true` no more than that it is true."""
    if demand is Demand.WHOLE and subject and subject == expected:
        return Demand.NOTHING
    if demand is Demand.WHOLE and expected in _LITERALS and subject in _LITERALS:
        return Demand.NOTHING
    if demand is Demand.WHOLE and expected in _LITERALS | _EMPTY | {"False", "false"}:
        return Demand.SOMETHING
    return demand
