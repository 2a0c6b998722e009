"""The sentences that say why an edit was not made, with what helps to make it next time."""

from collections.abc import Sequence

from agentxd.workspace.editing.candidates import first_difference, nearest, numbered
from agentxd.workspace.editing.cuts import Cut
from agentxd.workspace.editing.placing import Several
from agentxd.workspace.editing.scopes import scope_spans
from agentxd.workspace.editing.target import Target

_MAX_TOLD = 20


def several_places(target: Target, label: str, several: Several) -> str:
    """It would fit more than one place."""
    n_places = len(several.starts)
    told = ", ".join(str(start + 1) for start in several.starts[:_MAX_TOLD])
    more = ", …" if n_places > _MAX_TOLD else ""
    how = "" if several.level == 0 else f", {several.level.words.partition(',')[0]}"
    advice = ", or set replace_all" if label == "`old`" else ""
    return (
        f"{label} is in {target.path} {n_places} times{how}, at lines {told}{more}. Nothing was "
        f"done. Add neighbouring lines to mean one of them{advice}."
    )


def missed(target: Target, label: str, old: Sequence[bytes], scopes: Sequence[str] = ()) -> str:
    """It fits nowhere."""
    if not any(body.strip() for body in old):
        return f"{label} names no line of {target.path} to stand at: add lines that are there."
    if scopes and not scope_spans(target, scopes):
        return f"{label}: {target.path} has no line `{scopes[-1]}`. Nothing was done."
    lines = nearest(target, old)
    if not lines:
        return (
            f"{label} is not in {target.path}, nor anything like its first line. "
            "Read the file again."
        )
    head = f"{label} is not in {target.path}. Nothing was done. The nearest lines:"
    tail = first_difference(target, old)
    return "\n".join([head, *numbered(target, lines), *([tail] if tail else [])])


def overlap_problem(target: Target, first: Cut, second: Cut) -> str:
    """Two pieces of one answer want the same lines."""
    return (
        f"Two pieces change {target.path} at line {second.start + 1} "
        f"(the first up to line {max(first.end, first.start + 1)}). Make them one."
    )


def encoding_problem(target: Target) -> str:
    """The file's encoding has no such character."""
    return f"{target.path} is {target.encoding}, which cannot hold the new text."
