"""The rule test-weakened: a test that stays, and demands less than before."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.assertions import (
    ASSERTION,
    HELPER,
    NO_ERROR,
    Assertion,
    Demand,
    assertions_of,
    plain,
)
from agentxd.plugins.rules.cases import Case, Cases, is_test_file, new_cases, old_cases
from agentxd.plugins.rules.departures import (
    Departures,
    Tests,
    lines_at,
    new_line,
    new_ranges,
    old_ranges,
    share_kept,
    without,
    words_of,
)
from agentxd.plugins.rules.weakened_tests_examples import BAD, GOOD

_BROAD = frozenset(
    {
        "",
        "Exception",
        "BaseException",
        "Error",
        "Throwable",
        "StandardError",
        "RuntimeException",
        "err",
    }
)
_LOOSE = Lazy(
    r"\b(rel|abs|rtol|atol|delta|eps|epsilon|tolerance|rel_tol|abs_tol|threshold|max_diff)"
    r"\s*[=:]\s*([\d.]+(?:e[+-]?\d+)?)"
)
_MESSAGE = Lazy(r",match=.*(?=\)(?:as\w+)?:?$)")
"""What the text of an expected error has to be."""
_THERE = Lazy(r"\.is_(?:some|ok)\(\)$")
_PLACES = Lazy(
    r"\b(places|decimal|digits|significant)\s*[=:]\s*(\d+)|toBeCloseTo\([^()]*,\s*(\d+)\)"
)
_LONG = 12
"""Signs of an expression that does not stand elsewhere by chance."""
_MOST = 5
"""Findings in one file; the worst come first."""
_KEPT = 0.5
"""Share of a test's old lines from which on it is the same test still."""


class _Pair(Struct, frozen=True):
    """A test before and after."""

    old: Case
    new: Case
    lost: tuple[Assertion, ...]
    won: tuple[Assertion, ...]
    n_before: int
    n_after: int


class WeakenedTests:
    """Compares the assertions of tests that stay."""

    info = RuleInfo(
        id="test-weakened",
        title="test that demands less than before",
        severity=Severity.WARNING,
        doc=(
            "A test that fails is made green without mending anything by asking less of it.\n\n"
            "Found in tests that stay: assertions that are gone or commented out, an equation that "
            "became a check for something that is merely there or true, assertions that always "
            "hold, an expected error that became any error, and a tolerance that grew. It is a "
            "note where an equation became a comparison with a part, where names went from the "
            "code that the assertions used, or where code was taken out with them. Tests that are "
            "written anew, and contents of snapshots, are left alone.\n\nBring the assertion "
            "back, or say in the commit why less is right now."
        ),
        bad=BAD,
        good=GOOD,
    )

    def look_at_all(self, ground: Ground) -> Iterator[Finding]:
        """Findings at the places where the assertions were, or what stands there now."""
        looks = [look for file in ground.change.files if (look := _look(file, ground)) is not None]
        tests = {look.file.path: Tests(_lines(look.old), _lines(look.new)) for look in looks}
        departures = Departures(ground.change, tests)
        for look in looks:
            found = [
                self._finding(look.file, pair, remark)
                for pair in _pairs(look)
                for remark in _remarks(pair, look, departures)
            ]
            yield from sorted(found, key=lambda one: -one.severity.rank)[:_MOST]

    def _finding(self, file: ChangedFile, pair: _Pair, remark: "_Remark") -> Finding:
        name = "".join(sign if sign.isprintable() else " " for sign in pair.new.name)[:60]
        return Finding(
            rule=self.info.id,
            severity=remark.severity,
            path=file.path,
            line=remark.line if remark.line >= 0 else new_line(file, pair.lost[0].line),
            message=f"`{name}` demands less: {remark.what}",
            advice="Bring the assertion back, or say in the commit why less is right now",
            is_about_removal=remark.line < 0,
            anchor=f"{pair.new.name} {remark.what}",
        )


class _Remark(Struct, frozen=True):
    """What is to be said of a pair."""

    line: int
    """-1: where the first lost assertion was."""
    severity: Severity
    what: str


class _Look(Struct, frozen=True):
    """A file's tests before and after."""

    file: ChangedFile
    language: str
    old: Cases
    new: Cases


def _look(file: ChangedFile, ground: Ground) -> _Look | None:
    """None for what need not be looked at: no assertion went from it."""
    if file.is_binary or not file.is_whole or file.is_generated or not file.old or not file.new:
        return None
    language = ground.syntax.language(file.path, file.new[:200])
    pattern = ASSERTION.get(language)
    if pattern is None or not is_test_file(file.path, language):
        return None
    came = {plain(line) for line in lines_at(file.new, new_ranges(file))}
    went = (line for line in lines_at(file.old, old_ranges(file)) if plain(line) not in came)
    if not any(pattern.search(line[:1_000]) for line in went):
        return None
    return _Look(file, language, old_cases(file, ground), new_cases(file, ground))


def _lines(cases: Cases) -> tuple[tuple[int, int], ...]:
    return tuple((case.start, case.end) for case in cases.cases)


def _pairs(look: _Look) -> Iterator[_Pair]:
    """Tests of one name that lost an assertion."""
    ranges = old_ranges(look.file)
    names = Counter(case.name for case in (*look.old.cases, *look.new.cases))
    after = {case.name: case for case in look.new.cases}
    for case in look.old.cases:
        other = after.get(case.name)
        is_one = names[case.name] == 2  # noqa: PLR2004  # once before, once after
        if other is None or not is_one or not _meets(case, ranges):
            continue
        before = assertions_of(look.old, case, look.language)
        now = assertions_of(look.new, other, look.language)
        lost, won = without(before, now, _text), without(now, before, _text)
        if lost:
            yield _Pair(case, other, lost, won, len(before), len(now))


def _meets(case: Case, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(start < case.end and end > case.start for start, end in ranges)


def _text(assertion: Assertion) -> str:
    return assertion.text


def _remarks(pair: _Pair, look: _Look, departures: Departures) -> Iterator[_Remark]:
    """What took the place of something stronger; else what went without anything in its place."""
    weaker = {remark.line: remark for lost in pair.lost for remark in _weaker(lost, pair)}
    yield from weaker.values()
    if weaker:
        return
    hidden = _commented_out(pair, look.new)
    if hidden >= 0:
        yield _Remark(hidden, Severity.WARNING, "an assertion is commented out")
    elif (severity := _loss(pair, look, departures)) is not None:
        what = f"{pair.n_before} assertions before, {pair.n_after} now"
        yield _Remark(-1, severity, what if pair.n_after else "it asserts nothing any more")


def _weaker(lost: Assertion, pair: _Pair) -> Iterator[_Remark]:
    """What may stand for one that went."""
    for won in pair.won:
        if won.demand is Demand.NOTHING:
            if lost.demand is not Demand.NOTHING and len(pair.won) <= len(pair.lost):
                yield _Remark(won.line, Severity.WARNING, "an assertion always holds")
        elif lost.demand is won.demand is Demand.ERROR:
            is_one_for_one = len(pair.lost) == len(pair.won)
            if is_one_for_one and won.detail in _BROAD and lost.detail not in _BROAD:
                yield _Remark(won.line, Severity.WARNING, "any error will do")
            elif is_one_for_one and _MESSAGE.sub("", lost.text) == won.text != lost.text:
                yield _Remark(won.line, Severity.NOTE, "any message of the error will do")
        elif lost.subject and _are_about_one(lost, won):
            yield from _compared(lost, won)


def _are_about_one(lost: Assertion, won: Assertion) -> bool:
    """Whether they have one subject; of an equation it may stand on either side."""
    subject = _THERE.sub("", won.subject) if won.demand is Demand.SOMETHING else won.subject
    is_turned = lost.demand is Demand.WHOLE and won.demand is Demand.SOMETHING
    return subject == lost.subject or (is_turned and subject == lost.detail)


def _compared(lost: Assertion, won: Assertion) -> Iterator[_Remark]:
    """Two assertions about the same."""
    if lost.demand is Demand.WHOLE and won.demand is Demand.SOMETHING:
        what = "a value was compared, now it need only be there"
        yield _Remark(won.line, Severity.WARNING, what)
    elif lost.demand is Demand.WHOLE and won.demand is Demand.PART:
        what = "a value was compared as a whole, now in part"
        yield _Remark(won.line, Severity.NOTE, what)
    elif _is_looser(lost.text, won.text):
        yield _Remark(won.line, Severity.WARNING, "its tolerance grew")


def _is_looser(before: str, after: str) -> bool:
    old, new = dict(_LOOSE.findall(before)), dict(_LOOSE.findall(after))
    if any(_number(new[name]) > 1.5 * _number(old[name]) for name in old.keys() & new.keys()):
        return True
    left, right = _PLACES.search(before), _PLACES.search(after)
    if left is None or right is None:
        return False
    return int(right[2] or right[3]) < int(left[2] or left[3])


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _commented_out(pair: _Pair, new: Cases) -> int:
    """The line in which a lost assertion is a comment now; -1 for none."""
    texts = [one.text for one in pair.lost]
    for number in range(pair.new.line, pair.new.end):
        if not new.code[number].strip() and new.lines[number].strip():
            line = plain(new.lines[number])
            if any(text in line for text in texts if len(text) > 6):  # noqa: PLR2004  # else chance
                return number
    return -1


def _loss(pair: _Pair, look: _Look, departures: Departures) -> Severity | None:
    """For assertions that went while none came for them."""
    if len(pair.won) >= len(pair.lost):
        return None
    added = departures.added_lines
    old_body, new_body = look.old.body(pair.old), look.new.body(pair.new)
    calls = [plain(line) for line in new_body if line not in old_body]
    lost = [
        one
        for one in pair.lost
        if look.old.lines[one.line].strip() not in added and not _is_handed_on(one, calls)
    ]
    if len(pair.won) >= len(lost) or any(
        HELPER.search(line) and line not in old_body for line in new_body
    ):
        return None
    if share_kept(old_body, frozenset(new_body)) < _KEPT:
        return None
    used = words_of(look.old.lines[one.line] for one in lost)
    is_less = departures.is_code_less or not departures.gone_names.isdisjoint(used)
    is_little = len(lost) - len(pair.won) == 1 and pair.won
    is_aside = all(NO_ERROR.search(one.text) for one in lost)
    if is_less or is_little or is_aside or _n_new(look) >= len(lost):
        return Severity.NOTE
    return Severity.WARNING


def _is_handed_on(lost: Assertion, calls: Sequence[str]) -> bool:
    """Whether what was asserted is asked of a function of the project's own."""
    asked = lost.text.removeprefix("assert")
    return len(asked) >= _LONG and any(asked in call for call in calls)


def _n_new(look: _Look) -> int:
    """Assertions in tests that the change brings to the file."""
    before = {case.name for case in look.old.cases}
    new = (case for case in look.new.cases if case.name not in before)
    return sum(len(assertions_of(look.new, case, look.language)) for case in new)
