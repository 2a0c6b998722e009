"""Which findings say the same: two reviewers, or a reviewer and a rule, about one place."""

import re
from collections.abc import Iterable, Sequence

from agentxd.kernel.review import Finding

_NEAR = 2
"""Lines between two places that are still one."""
_LEAST_OVERLAP = 0.5
"""Of the words of the shorter message."""
_WORD = re.compile(r"[a-z][a-z0-9]{2,}")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_EMPTY = _set(
    "and are but can for from has have into its not now that the this was when where which will"
    " with without may line code change here there should would could than then them they value"
)
_TOPICS = (
    _set("secret secrets password passwords credential credentials token tokens key keys"),
    _set("injection inject injected shell command eval exec unsafe dangerous pickle execute"),
    _set("tls certificate certificates verify verification ssl"),
    _set("unicode bidi homoglyph invisible hidden"),
    _set("test tests assertion assertions removed weakened skipped skip"),
    _set("debug debugger print breakpoint leftover console"),
    _set("signature parameter parameters api caller callers broken breaks public"),
    _set("migration drop drops truncate data loss lost"),
    _set("dependency dependencies package lockfile typosquat licence license"),
    _set("syntax parse parses"),
    _set("conflict marker markers"),
    _set("permission permissions executable"),
    _set("todo owner"),
    _set("commented dead"),
)
"""A rule's id and a model's message that both have words of one of these mean the same."""


def without_repeated(
    findings: Iterable[Finding], known: Sequence[Finding]
) -> tuple[tuple[Finding, ...], int]:
    """Those that say something new, the worst of each kind, and how many do not."""
    kept: list[Finding] = []
    n_repeated = 0
    for finding in sorted(findings, key=lambda one: -one.severity.rank):
        if any(is_same(finding, one) for one in (*known, *kept)):
            n_repeated += 1
        else:
            kept.append(finding)
    return tuple(kept), n_repeated


def is_same(one: Finding, other: Finding) -> bool:
    """Whether both are about one place and one thing."""
    if one.path != other.path or not _is_near(one, other):
        return False
    return _overlap(_words(one), _words(other)) >= _LEAST_OVERLAP or _has_topic_of(one, other)


def _is_near(one: Finding, other: Finding) -> bool:
    if one.is_about_file or other.is_about_file:
        return True
    return _start(one) - _NEAR < _end(other) and _start(other) < _end(one) + _NEAR


def _start(finding: Finding) -> int:
    return finding.line


def _end(finding: Finding) -> int:
    return max(finding.end_line, finding.line + 1)


def _has_topic_of(finding: Finding, other: Finding) -> bool:
    """Whether a model's finding is about what a rule is for."""
    if finding.reviewer != "model" or other.reviewer == "model":
        return False
    rule, ours = frozenset(_WORD.findall(other.rule.lower())), _words(finding)
    return any(topic & rule and topic & ours for topic in _TOPICS)


def _words(finding: Finding) -> frozenset[str]:
    return frozenset(_WORD.findall(finding.message.lower())) - _EMPTY


def _overlap(ours: frozenset[str], theirs: frozenset[str]) -> float:
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))
