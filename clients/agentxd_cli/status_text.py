"""The status in words."""

TYPE_CHECKING = False  # `typing` itself takes longer than the rest of `agentxd status`
if TYPE_CHECKING:
    from typing import Any


def lines_of(found: "dict[str, Any]") -> list[str]:
    """Lines for a person."""
    seconds = int(found["uptimeMs"]) // 1000
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    n = int(found["nConnections"])
    work = f"{n} connection{'s' * (n != 1)}, {found['nRunningTasks']} tasks running"
    review = f"{found['nOpenProposals']} proposals to review"
    waiting = f"{found['nWaitingApprovals']} questions waiting, {found['lastSeq']} events"
    lines = [
        f"agentxd {found['version']} serves {found['root']}",
        f"  pid {found['pid']}, up {clock}, {work}",
        f"  {review}, {waiting}",
    ]
    lines += [f"  warning: {words}" for words in found["warnings"]]
    return lines
