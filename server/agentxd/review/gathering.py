"""Runs the rules over a change until all have looked at it, or the time is up."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import islice
from typing import cast

from msgspec import Struct

from agentxd.kernel.review import Change, Finding, RuleFailure, RuleInfo, Unreviewed
from agentxd.kernel.review_ports import ChangeRule, Ground, Rule, SyntaxReader, Tree

AnyRule = Rule | ChangeRule
_MOST = 500
"""Findings of one look of one rule; more of them tell nobody anything."""


class OutOfTimeError(BaseException):
    """Raised from outside into a rule that takes too long; no rule catches it by accident."""


class Clock(Struct, frozen=True):
    """When the rules must be done."""

    now: Callable[[], float]
    """Seconds that only go on."""
    deadline: float
    armed: Callable[[], AbstractContextManager[None]] = nullcontext
    """While it is entered, and only then, OutOfTimeError may come from outside."""


class Gathered(Struct, frozen=True):
    """What all rules said, before anything is left out."""

    findings: tuple[Finding, ...] = ()
    failures: tuple[RuleFailure, ...] = ()
    unreviewed: tuple[Unreviewed, ...] = ()


class Standing(Struct, frozen=True):
    """The ground that the rules of one review stand on."""

    change: Change
    syntax: SyntaxReader
    tree: Tree


def gather(rules: Sequence[AnyRule], ground: Ground, clock: Clock) -> Gathered:
    """Every rule over every file, one rule after the other; those first that are named first.

    A rule that breaks is told as a failure, and the others go on. What nobody looked at when the
    time was up is told as unreviewed: nothing says that it is clean.
    """
    findings: list[Finding] = []
    failures: list[RuleFailure] = []
    late: list[tuple[RuleInfo, int, int]] = []
    for rule in rules:
        looks = _looks(rule, ground)
        n_done = 0
        try:
            while n_done < len(looks) and clock.now() < clock.deadline:
                with clock.armed():
                    findings.extend(islice(looks[n_done](), _MOST))
                n_done += 1
        except OutOfTimeError:
            pass
        except Exception as error:  # noqa: BLE001  # the border to a plugin: invariant 7
            failures.append(_failure(rule.info, error))
            continue
        if n_done < len(looks):
            late.append((rule.info, n_done, len(looks)))
    return Gathered(tuple(findings), tuple(failures), (*too_large(ground.change), *_late(late)))


def too_large(change: Change) -> Iterator[Unreviewed]:
    """Text that nobody read because there is too much of it."""
    for file in change.files:
        is_unread = file.new is None and file.new_size > 0 and not file.is_binary
        if is_unread and not file.is_whole and not file.is_generated:
            yield Unreviewed(file.path, f"size: its {file.new_size:,} bytes are too many to read")


def _looks(rule: AnyRule, ground: Ground) -> list[Callable[[], Iterable[Finding]]]:
    """What there is to do for a rule, piece by piece."""
    if hasattr(rule, "look_at_all"):
        return [partial(cast("ChangeRule", rule).look_at_all, ground)]
    look = rule.look
    return [partial(look, file, ground) for file in ground.change.files]


def _failure(info: RuleInfo, error: Exception) -> RuleFailure:
    reason = f"{type(error).__name__}: {error}".partition("\n")[0]
    step = f"Turn it off with `agentxd config set review_off '[\"{info.id}\"]'`, and report it."
    return RuleFailure(info.id, reason[:200], step)


def _late(late: Sequence[tuple[RuleInfo, int, int]]) -> Iterator[Unreviewed]:
    for info, n_done, n_all in late:
        if n_all == 1 or not n_done:
            yield Unreviewed("", f"time: {info.id} did not look at the change")
        else:
            yield Unreviewed(
                "", f"time: {info.id} did not look at {n_all - n_done} of {n_all} files"
            )
