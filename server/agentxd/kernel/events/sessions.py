"""Conversations that last: prompts, forks, what is carried from turn to turn."""

from msgspec import field

from agentxd.kernel.events.base import Event
from agentxd.kernel.messages import Link


class SessionStarted(Event, frozen=True):
    """A conversation began."""

    session: str
    client: str
    parent: str = ""
    """The session that it was forked from."""
    at: str = ""
    """Id of the last message that it has from there."""
    tasks: tuple[str, ...] = ()
    """Tasks of the parent whose waiting hunks it goes on with."""
    title: str = ""


class SessionChanged(Event, frozen=True):
    """How a session works from now on; what is None stays as it is."""

    session: str
    by: str = ""
    queue_mode: str | None = None
    """steer, interrupt, queue or collect."""
    collect_ms: int | None = None
    provider: str | None = None
    model: str | None = None


class TranscriptBrought(Event, frozen=True):
    """A session begins with messages from elsewhere: a fork or an import."""

    session: str
    links: tuple[Link, ...]
    source: str = ""
    """For people: where they are from, and what was cut."""


class PromptReceived(Event, frozen=True):
    """A person said something to a session; it waits until a turn takes it."""

    session: str
    prompt: str
    text: str
    by: str
    queue_mode: str


class HunksCarried(Event, frozen=True):
    """A turn began with these waiting hunks of its session already in its sandbox."""

    task: str
    hunks: tuple[str, ...]
    left: dict[str, str] = field(default_factory=dict)
    """Hunk to the reason why it could not be put there."""


class HunksKept(Event, frozen=True):
    """A turn changed nothing of what it carried: those hunks wait as they did before."""

    task: str
