"""Models read the change, too: the daemon asks them."""

from collections.abc import Sequence
from typing import Any

from agentxd.app.review.asking import Daemon
from agentxd.app.review.naming import camel, plain, text_of
from agentxd.app.review.request import ModelWish
from agentxd.kernel.errors import ReviewError
from agentxd.kernel.review import Change, ChangedFile, Finding, RuleFailure, Unreviewed
from agentxd.review.gathering import Gathered
from agentxd.review.reports.wording import counted

Json = dict[str, Any]
_METHOD = "agentx/review/model"
_MAX_BYTES = 7_000_000
"""Of texts in one request."""
_KNOWN = ("rule", "severity", "path", "line", "endLine", "message")


def model_findings(
    daemon: Daemon, change: Change, wish: ModelWish, known: Sequence[Finding]
) -> tuple[Gathered, tuple[str, ...]]:
    """What models say besides, and what a person should know of it.

    Models that cannot be asked are a failure: the review that was asked for was not made.
    """
    files, left_out = _bounded(change.files)
    params = {
        "title": change.title,
        "files": [_file(file) for file in files],
        "messages": list(change.messages),
        "known": [
            {name: value for name, value in camel(one).items() if name in _KNOWN} for one in known
        ],
        "reviewers": list(wish.reviewers),
        "provider": wish.provider,
        "model": wish.model,
        "script": wish.script,
        "budget": wish.budget,
    }
    try:
        found = daemon.ask(_METHOD, params)
    except ReviewError as error:
        step = error.next_step or "See: agentxd doctor"
        return Gathered((), (RuleFailure("model", error.message, step),)), ()
    gathered = Gathered(
        tuple(plain(one, Finding) for one in found["findings"]),
        tuple(plain(one, RuleFailure) for one in found["failures"]),
        (*left_out, *(plain(one, Unreviewed) for one in found["unreviewed"])),
    )
    return gathered, (_told(found), *found["notices"])


def _told(found: Json) -> str:
    dropped = found["dropped"]
    n_dropped = sum(dropped.values())
    money = found["costMicros"] / 1_000_000
    words = f"{found['model']}: {counted(found['nCalls'], 'call')}, {money:.2f} $"
    return f"{words}; {n_dropped} remarks dropped" if n_dropped else words


def _bounded(files: Sequence[ChangedFile]) -> tuple[list[ChangedFile], list[Unreviewed]]:
    taken: list[ChangedFile] = []
    left_out: list[Unreviewed] = []
    n_bytes = 0
    for file in files:
        if file.is_binary or file.is_generated or not file.spans:
            continue
        n_bytes += len(file.old or b"") + len(file.new or b"")
        if n_bytes > _MAX_BYTES:
            left_out.append(Unreviewed(file.path, "size: models were not shown it"))
        else:
            taken.append(file)
    return taken, left_out


def _file(file: ChangedFile) -> Json:
    return {
        "path": file.path,
        "oldPath": file.old_path,
        "old": text_of(file.old),
        "new": text_of(file.new),
        "spans": camel(file.spans),
        "isWhole": file.is_whole,
    }
