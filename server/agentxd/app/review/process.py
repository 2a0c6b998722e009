"""One review from the request to the exit code: load, look, judge, report."""

import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from agentxd.app.review.alarm import alarm
from agentxd.app.review.asking import Daemon
from agentxd.app.review.keeping import keep_last, kept_of, write, write_baseline
from agentxd.app.review.parts import load_changes, make_linters, make_syntax, make_tree
from agentxd.app.review.request import ReviewOrder
from agentxd.app.review.settings import read
from agentxd.kernel.review import Change, Hidden, LinterAnswer, Review, Severity
from agentxd.plugins.rules.registry import installed
from agentxd.review.baseline import BASELINE_PATH
from agentxd.review.choosing import chosen
from agentxd.review.exits import FailOn, exit_code
from agentxd.review.gathering import Clock, Gathered, Standing, gather, too_large
from agentxd.review.ignoring import UNKNOWN_RULE, WITHOUT_REASON
from agentxd.review.judging import Judged, Wanted, judged
from agentxd.review.reports import render

T = TypeVar("T")
_GRACE_S = 0.1
"""A rule that is at a file when the time is up may end that file."""


class Seen(Struct, frozen=True):
    """One change, and what came of it."""

    change: Change
    gathered: Gathered
    judged: Judged
    notices: tuple[str, ...]


class ReviewProcess:
    """Made of one request, run once."""

    def __init__(self, request: ReviewOrder) -> None:
        self._began = time.monotonic()
        self._request = request
        self._settings, self._warnings = read(request.root, str(Path.home()))
        self._daemon = Daemon(request.root, may_start=bool(request.model or request.is_fixing))
        found = installed()
        self._known = {rule.info.id for rule in found.rules}
        self._rules = chosen(found.rules, self._settings.review_off, request.only)
        self._broken = found.failures
        self._kept = kept_of(request.root)
        floor = request.min_severity or self._settings.review_min_severity
        self._wanted = Wanted(request.filter_mode, _seen_at(floor, request.fail_on))

    def run(self) -> int:
        """The exit code. Raises InvalidRequestError, WorkspaceRefusedError, StorageError."""
        try:
            seen = [self._look(change) for change in self._changes()]
            review = self._summed_up(seen)
            if self._request.is_writing_baseline:
                every = [one for s in seen for one in s.judged.all]
                write_baseline(self._request.root, every)
                words = f"{len(every)} findings are old from now on: {BASELINE_PATH}"
                review = replace(review, notices=(*review.notices, words))
            keep_last(self._request.root, review.findings)
            sources = {file.path: file.new for one in seen for file in one.change.files}
            if self._request.is_fixing:
                from agentxd.app.review.fixes import propose  # noqa: PLC0415  # seldom wanted

                told, failures = propose(self._daemon, review, sources)
                review = replace(
                    review,
                    notices=(*review.notices, *told),
                    failures=(*review.failures, *failures),
                )
            self._report(review, sources)
            return exit_code(review, self._request.fail_on)
        finally:
            self._daemon.close()

    def _changes(self) -> Sequence[Change]:
        return load_changes(self._request.root, self._request.what)

    def _look(self, change: Change) -> Seen:
        root, what = self._request.root, self._request.what
        with make_tree(root, change, what, self._daemon.uses) as tree:
            gathered = self._gathered(Standing(change, make_syntax(), tree))
        notices: tuple[str, ...] = ()
        if self._request.has_linters and not self._request.only:
            linted = self._linted(change)
            gathered = _added(gathered, Gathered(linted.findings, linted.failures))
            notices = linted.notices
        if self._request.model is not None:
            from agentxd.app.review.models import model_findings  # noqa: PLC0415  # seldom wanted

            known = self._judged(gathered, change).findings
            asked, told = model_findings(self._daemon, change, self._request.model, known)
            gathered, notices = _added(gathered, asked), (*notices, *told)
        return Seen(change, gathered, self._judged(gathered, change), notices)

    def _gathered(self, ground: Standing) -> Gathered:
        deadline = self._deadline()
        with alarm(deadline - time.monotonic() + _GRACE_S) as armed:
            gathered = gather(self._rules, ground, Clock(time.monotonic, deadline, armed))
        return _added(gathered, Gathered((), self._broken, tuple(too_large(ground.change))))

    def _linted(self, change: Change) -> LinterAnswer:
        left = self._deadline() - time.monotonic()
        seconds = min(self._settings.review_linter_seconds, left)
        return make_linters(self._request.root, self._settings).run(change, max(seconds, 0.0))

    def _deadline(self) -> float:
        """When the rules are to be done; it counts from the start of the process."""
        seconds = self._request.time_budget_s
        if seconds is None:
            is_push = self._request.what.kind == "pre_push"
            settings = self._settings
            seconds = settings.review_push_seconds if is_push else settings.review_seconds
        return self._began + seconds if seconds > 0 else math.inf

    def _judged(self, gathered: Gathered, change: Change) -> Judged:
        return judged(gathered.findings, change, self._known, self._kept, self._wanted)

    def _summed_up(self, seen: Sequence[Seen]) -> Review:
        """One review of all that is pushed; what two refs share is told once."""
        changes = [one.change for one in seen]
        notices = [*self._warnings, *(words for one in seen for words in one.notices)]
        notices += self._gaps(changes)
        ran = {one.rule for s in seen for one in s.gathered.findings}
        own = [info for info in (WITHOUT_REASON, UNKNOWN_RULE) if info.id in ran]
        return Review(
            title=", ".join(change.title for change in changes) or "nothing",
            findings=_once([finding for one in seen for finding in one.judged.findings]),
            hidden=_sum([one.judged.hidden for one in seen]),
            failures=_once([failure for one in seen for failure in one.gathered.failures]),
            unreviewed=_once([item for one in seen for item in one.gathered.unreviewed]),
            rules=(*(rule.info for rule in self._rules), *own),
            n_files=sum(len(change.files) for change in changes),
            n_lines=sum(s.new_count for c in changes for file in c.files for s in file.spans),
            base=changes[0].base if len(changes) == 1 else "",
            head=changes[0].head if len(changes) == 1 else "",
            duration_ms=round((time.monotonic() - self._began) * 1000),
            notices=_once(notices),
        )

    def _gaps(self, changes: Sequence[Change]) -> Iterator[str]:
        """What was not there to be looked at."""
        kind = self._request.what.kind
        if kind == "default" and any(change.title == "working tree" for change in changes):
            yield "no remote has this branch: only what is not committed was reviewed; name a range"
        files = [file for change in changes for file in change.files]
        if kind == "stdin_diff" and any(not file.is_whole for file in files):
            yield "the files of the diff are not here: rules that need all of a file saw less"

    def _report(self, review: Review, sources: Mapping[str, bytes | None]) -> None:
        request = self._request
        for name, place in request.outputs:
            write(Path(place), render(name, review, sources).encode("utf-8", "replace"))
        text = render(
            request.format, review, sources, is_colour=request.is_coloured, width=request.width
        )
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()


def _seen_at(floor: Severity, fail_on: FailOn) -> Severity:
    """What makes the review fail is shown, too."""
    if fail_on == "never":
        return floor
    return min(floor, Severity(fail_on), key=lambda severity: severity.rank)


def _added(first: Gathered, second: Gathered) -> Gathered:
    return Gathered(
        (*first.findings, *second.findings),
        (*first.failures, *second.failures),
        (*first.unreviewed, *second.unreviewed),
    )


def _once(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _sum(all_: Sequence[Hidden]) -> Hidden:
    return Hidden(
        **{name: sum(getattr(one, name) for one in all_) for name in Hidden.__struct_fields__}
    )
