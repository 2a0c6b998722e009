"""The permission gate for edits that name their files within a text: each file is judged."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from agentxd.agents.gate import Action, Gate, Use, Verdict
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.messages import ToolSpec
from agentxd.workspace.editing.reading import paths_in
from agentxd.workspace.editing.recognising import patch_in_command

_EDIT = "edit"
_MIGHT = (Action.ALLOW, Action.ASK, Action.DENY)


class EditGate(Gate):
    """A rule such as `edit(migrations/*)` holds for every file of a patch, and of one in `run`."""

    def __init__(self, inner: Gate) -> None:
        super().__init__(())
        self._inner = inner

    def judge(self, spec: ToolSpec, arguments: Mapping[str, Any]) -> Verdict:
        """The strictest verdict over the call as it stands and the files that it would change."""
        own = self._inner.judge(spec, arguments)
        asked = msgspec.structs.replace(spec, name=_EDIT, risk="write")
        paths = _patched_paths(spec, arguments)
        verdicts = [self._inner.judge(asked, {"path": path}) for path in paths]
        if spec.name != _EDIT or not paths:
            verdicts.insert(0, own)
        return max(verdicts, key=lambda verdict: _MIGHT.index(verdict.action))

    def asked_uses(self, spec: ToolSpec, arguments: Mapping[str, Any]) -> tuple[Use, ...]:
        """The call as it stands and the files that it would change."""
        asked = msgspec.structs.replace(spec, name=_EDIT, risk="write")
        paths = _patched_paths(spec, arguments)
        uses = [use for path in paths for use in self._inner.asked_uses(asked, {"path": path})]
        if spec.name != _EDIT or not paths:
            uses = [*self._inner.asked_uses(spec, arguments), *uses]
        return tuple(uses)

    def with_rules(self, action: Action, lines: Sequence[str]) -> Gate:
        """The same gate with more rules."""
        return EditGate(self._inner.with_rules(action, lines))


def _patched_paths(spec: ToolSpec, arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """The files of a patch; none where the call has none or cannot be read, and then fails."""
    try:
        if spec.name == _EDIT:
            return paths_in(arguments)
        if spec.risk == "run" and (patch := patch_in_command(str(arguments.get("command", "")))):
            return paths_in({"patch": patch})
    except InvalidRequestError:
        return ()
    return ()
