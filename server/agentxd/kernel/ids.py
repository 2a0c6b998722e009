"""Identifiers: short enough to be typed, given out in order, told apart by their first letter.

s1 session, s1.i2 prompt, t1 task, t1.m2 message, p1 proposal, p1.2 hunk, q1 approval,
t1.e2 evidence.
"""


def session_id(n: int) -> str:
    """The n-th session of this workspace."""
    return f"s{n}"


def prompt_id(session: str, n: int) -> str:
    """The n-th thing that was said to a session."""
    return f"{session}.i{n}"


def message_id(owner: str, n: int) -> str:
    """The n-th message of a task, or of what was brought into a session."""
    return f"{owner}.m{n}"


def task_id(n: int) -> str:
    """The n-th task of this workspace."""
    return f"t{n}"


def proposal_id(n: int) -> str:
    """The n-th proposal of this workspace."""
    return f"p{n}"


def hunk_id(proposal: str, n: int) -> str:
    """The n-th hunk of a proposal, counted from 1."""
    return f"{proposal}.{n}"


def approval_id(n: int) -> str:
    """The n-th approval of this workspace."""
    return f"q{n}"


def evidence_id(task: str, n: int) -> str:
    """The n-th evidence of a task."""
    return f"{task}.e{n}"


def proposal_of(hunk: str) -> str:
    """The proposal that a hunk id names."""
    return hunk.partition(".")[0]


def number_of(name: str) -> int:
    """The n of `p<n>` and its like."""
    return int(name[1:])
