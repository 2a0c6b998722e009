"""The gate over the settings as they are now: a rule holds from the moment it is written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agentxd_protocol.setting import Settings

from agentxd.agents.gate import Action, Gate, Use, Verdict, gate_of
from agentxd.app.edit_gate import EditGate
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.messages import ToolSpec


class LiveGate(Gate):
    """Reads its rules again whenever they changed. Raises InvalidRequestError where it begins."""

    def __init__(self, settings: Callable[[], Settings], root: str, *, is_unsafe: bool) -> None:
        super().__init__(())
        self._settings = settings
        self._root = root
        self._is_unsafe = is_unsafe
        self._lines = self._read()
        self._gate = self._made(self._lines)

    def judge(self, spec: ToolSpec, arguments: Mapping[str, Any]) -> Verdict:
        """The verdict for one call. Rules that make no sense any more refuse everything."""
        try:
            return self._now().judge(spec, arguments)
        except InvalidRequestError as error:
            return Verdict(Action.DENY, error.message, spec.name)

    def asked_uses(self, spec: ToolSpec, arguments: Mapping[str, Any]) -> tuple[Use, ...]:
        """What of a call a person is asked about."""
        try:
            return self._now().asked_uses(spec, arguments)
        except InvalidRequestError:
            return ()

    def with_rules(self, action: Action, lines: Sequence[str]) -> Gate:
        """The gate of this moment with more rules."""
        return self._now().with_rules(action, lines)

    def _now(self) -> Gate:
        lines = self._read()
        if lines != self._lines:
            self._gate = self._made(lines)
            self._lines = lines
        return self._gate

    def _read(self) -> tuple[tuple[str, ...], ...]:
        found = self._settings()
        return (
            tuple(found.permission_allow),
            tuple(found.permission_ask),
            tuple(found.permission_deny),
            tuple(found.permission_allow_in.get(self._root, ())),
            tuple(found.permission_deny_in.get(self._root, ())),
        )

    def _made(self, lines: tuple[tuple[str, ...], ...]) -> Gate:
        allow, ask, deny, allow_here, deny_here = lines
        gate = gate_of(
            allow,
            ask,
            deny,
            is_isolated=not self._is_unsafe,
            allow_here=allow_here,
            deny_here=deny_here,
        )
        return EditGate(gate)
