"""What needs the daemon: models that read the change, and fixes that become a proposal."""

from collections.abc import Sequence
from typing import Any

import msgspec

from agentxd.app.review.asking import Daemon
from agentxd.app.review.request import ModelWish
from agentxd.kernel.review import Change, ChangedFile, Finding, RuleFailure, Unreviewed
from agentxd.review.gathering import Gathered

Json = dict[str, Any]
_METHOD = "agentx/review/model"
_MAX_BYTES = 7_000_000
"""Of texts in one request."""


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
        "known": [_known(finding) for finding in known],
        "reviewers": list(wish.reviewers),
        "provider": wish.provider,
        "model": wish.model,
        "script": wish.script,
        "budget": wish.budget,
    }
    try:
        found = daemon.ask(_METHOD, params)
    except Exception as error:  # noqa: BLE001  # whatever it is, nobody has read the change
        step = getattr(error, "next_step", "") or "See: agentxd doctor"
        return Gathered((), (RuleFailure("model", str(error), step),)), ()
    gathered = Gathered(
        tuple(_plain(one, Finding) for one in found["findings"]),
        tuple(_plain(one, RuleFailure) for one in found["failures"]),
        (*left_out, *(_plain(one, Unreviewed) for one in found["unreviewed"])),
    )
    return gathered, (_told(found),)


def _told(found: Json) -> str:
    dropped = found["dropped"]
    n_dropped = sum(dropped.values())
    money = found["costMicros"] / 1_000_000
    words = f"{found['model']}: {found['nCalls']} calls, {money:.2f} $"
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
    spans = [msgspec.to_builtins(span) for span in file.spans]
    return {
        "path": file.path,
        "oldPath": file.old_path,
        "old": _text(file.old),
        "new": _text(file.new),
        "spans": [{_camel(key): value for key, value in span.items()} for span in spans],
        "isWhole": file.is_whole,
    }


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "replace")


def _known(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": finding.path,
        "line": finding.line,
        "endLine": finding.end_line,
        "message": finding.message,
    }


def _plain(value: Json, kind: Any) -> Any:
    """A value of the kernel of the wire's JSON."""
    return msgspec.convert(_snaked(value), kind)


def _snaked(value: Any) -> Any:
    if isinstance(value, dict):
        return {_snake(key): _snaked(one) for key, one in value.items()}
    return [_snaked(one) for one in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
