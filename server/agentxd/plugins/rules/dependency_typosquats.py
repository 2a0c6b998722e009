"""Finds new dependencies whose names can be taken for those of popular packages."""

from collections.abc import Iterable
from pathlib import Path

from agentxd.kernel.review import Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.dependencies.adding import Added, added
from agentxd.plugins.rules.dependencies.likeness import How, Likeness, Popular
from agentxd.plugins.rules.new_dependencies_examples import SQUAT_BAD, SQUAT_DOC, SQUAT_GOOD


class DependencyTyposquats:
    """Compares names with a list for each ecosystem, which is read when it is needed."""

    info = RuleInfo(
        id="dependency-typosquat",
        title="dependency with almost the name of a popular one",
        severity=Severity.WARNING,
        doc=SQUAT_DOC,
        bad=SQUAT_BAD,
        good=SQUAT_GOOD,
    )

    def __init__(self) -> None:
        self._popular: dict[str, Popular] = {}

    def look_at_all(self, ground: Ground) -> Iterable[Finding]:
        """One finding for each name."""
        for one in added(ground):
            ecosystem = one.manifest.ecosystem
            if one.is_known:
                continue
            if ecosystem not in self._popular:
                self._popular[ecosystem] = popular_of(ecosystem)
            if likeness := self._popular[ecosystem].like(one.dependency.name):
                yield _finding(one, likeness)


def popular_of(ecosystem: str) -> Popular:
    """The shipped list; `allowed` has names that are near to one, and known to be good."""
    allowed = {
        name
        for place, _, name in (line.partition(" ") for line in _lines("allowed"))
        if place == ecosystem
    }
    return Popular(frozenset(_lines(ecosystem)), frozenset(allowed), ecosystem)


def _lines(name: str) -> list[str]:
    file = Path(__file__).with_name("data") / f"popular/{name}.txt"
    return [line for line in file.read_text("utf-8").split("\n") if line and line[0] != "#"]


def _finding(one: Added, likeness: Likeness) -> Finding:
    name, popular = one.dependency.written or one.dependency.name, likeness.popular
    shown = name if name.isascii() else name.encode("ascii", "backslashreplace").decode()
    words = f"`{shown}` is not the popular `{popular}`, but looks like it: {likeness.how.value}"
    return Finding(
        rule=DependencyTyposquats.info.id,
        severity=Severity.ERROR if likeness.how is How.SIGNS else Severity.WARNING,
        path=one.file.path,
        line=one.line,
        message=words,
        advice=f"Look at its page in the registry before installing it: is `{popular}` meant?",
        anchor=one.dependency.name,
    )
