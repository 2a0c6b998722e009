"""The transcript as a chain: every message has an id and a parent, and what is damaged ends it."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.ids import message_id
from agentxd.kernel.messages import Link, Message, Observation, Thinking, ToolCall

ROLES = ("user", "assistant", "tool")


class Chain(Struct, frozen=True):
    """The valid messages from the first to the last, and why it ends there."""

    links: tuple[Link, ...]
    cut: str = ""
    """What was cut off and why, for people; empty where nothing was."""


def chained(owner: str, messages: Sequence[Message], parent: str = "") -> tuple[Link, ...]:
    """Messages that follow each other, as links behind `parent`."""
    links: list[Link] = []
    for number, message in enumerate(messages, start=1):
        links.append(Link(message_id(owner, number), parent, message))
        parent = links[-1].id
    return tuple(links)


def whole(links: Sequence[Link], damage: str = "") -> Chain:
    """The chain that leads to the last valid one of these links, which come in any branches.

    `damage` tells why no more links could be read, where that is so.
    """
    valid, problem = _until_damage(links)
    path = _path(valid)
    answered, unanswered = _until_unanswered(path)
    reason = problem or damage or unanswered
    n_cut = len(links) - len(valid) + len(path) - len(answered)
    if not reason:
        return Chain(tuple(answered))
    last = answered[-1].id if answered else "the start"
    size = f" ({n_cut} messages)" if n_cut else ""
    return Chain(tuple(answered), f"cut after {last}{size}: {reason}")


def upto(links: Sequence[Link], name: str) -> Chain | None:
    """The chain to the message of this id; None where there is none."""
    for index, link in enumerate(links):
        if link.id == name:
            return whole(links[: index + 1])
    return None


def for_model(links: Iterable[Link]) -> tuple[Message, ...]:
    """What a later turn is sent of them: reasoning is of its own turn and of its own model."""
    said = (_without_thinking(link.message) for link in links)
    return tuple(message for message in said if message.parts)


def _without_thinking(message: Message) -> Message:
    parts = tuple(part for part in message.parts if not isinstance(part, Thinking))
    return message if len(parts) == len(message.parts) else replace(message, parts=parts)


def _until_damage(links: Sequence[Link]) -> tuple[Sequence[Link], str]:
    """Links up to the first that cannot be placed, and why it cannot."""
    all_parents = {link.id: link.parent for link in links}
    known: set[str] = set()
    for index, link in enumerate(links):
        if problem := _problem(link, known, all_parents):
            return links[:index], problem
        known.add(link.id)
    return links, ""


def _problem(link: Link, known: set[str], all_parents: dict[str, str]) -> str:
    if not link.id or link.id in known:
        return f"two messages are called {link.id}" if link.id else "a message has no id"
    if link.message.role not in ROLES:
        return f"{link.id} has the role {link.message.role!r}"
    if not link.parent and known:
        return f"{link.id} begins a second chain"
    if link.parent and link.parent not in known:
        is_cycle = _leads_to_itself(link.id, all_parents)
        words = "comes after itself" if is_cycle else f"has an unknown parent {link.parent}"
        return f"{link.id} {words}"
    return ""


def _leads_to_itself(name: str, parents: dict[str, str]) -> bool:
    """Whether the parents of a message lead into a circle."""
    seen = {name}
    while name := parents.get(name, ""):
        if name in seen:
            return True
        seen.add(name)
    return False


def _path(links: Sequence[Link]) -> list[Link]:
    """From the first to the last link; every parent stands before its child."""
    by_id = {link.id: link for link in links}
    path: list[Link] = []
    name = links[-1].id if links else ""
    while name:
        path.append(by_id[name])
        name = by_id[name].parent
    return path[::-1]


def _until_unanswered(path: Sequence[Link]) -> tuple[Sequence[Link], str]:
    """Every tool call has its results in the very next message, and no result is without one."""
    index = 0
    while index < len(path):
        link = path[index]
        calls = {part.id for part in link.message.parts if isinstance(part, ToolCall)}
        if link.message.role == "tool":
            return path[:index], f"{link.id} answers no call"
        if link.message.role == "user" and calls:
            return path[:index], f"{link.id} has a call that no model made"
        if not calls:
            index += 1
            continue
        answers = path[index + 1].message if index + 1 < len(path) else Message("tool", ())
        results = {part.call_id for part in answers.parts if isinstance(part, Observation)}
        if answers.role != "tool" or results != calls:
            lacking = ", ".join(sorted(calls - results)) or "one of another call"
            return path[:index], f"the call {lacking} of {link.id} has no result"
        index += 2
    return path, ""
