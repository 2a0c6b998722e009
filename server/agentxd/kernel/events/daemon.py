"""The daemon's own life, and what was set."""

from agentxd.kernel.events.base import Event


class DaemonStarted(Event, frozen=True):
    """A daemon began to serve the workspace."""

    version: str
    pid: int


class DaemonStopped(Event, frozen=True):
    """A daemon left on purpose."""

    reason: str


class LogRestored(Event, frozen=True):
    """The log was damaged; a backup took its place and the damaged file was kept aside."""

    backup: str
    aside: str
    reason: str


class SettingChanged(Event, frozen=True):
    """A user set a setting; value is JSON text."""

    key: str
    value: str
    by: str


class StateSealed(Event, frozen=True):
    """Hash of the state that all events before this one build; replay checks it."""

    hash: str
    kind: str = ""
    """Names the reducers that built the state; a replay with others cannot compare."""
