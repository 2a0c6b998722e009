"""The wire's words are the domain's words: states, errors, handlers and who may set what."""

from typing import Any, get_args

from agentxd.app import settings as app_settings
from agentxd.edges.lsp.handlers import Handlers
from agentxd.kernel import errors as kernel_errors
from agentxd.kernel.files import ChangeKind
from agentxd.kernel.hunks import HunkKind, HunkState
from agentxd.kernel.index import SymbolKind
from agentxd.tasks.state import TaskOutcome, TaskPhase
from agentxd_protocol import choices
from agentxd_protocol.errors import ERRORS
from agentxd_protocol.methods import METHODS
from agentxd_protocol.setting import USER_ONLY, Settings


def words(choice: Any) -> set[str]:
    """The closed list of a choice."""
    return set(get_args(choice)[1].json_schema_extra["enum"])


def test_states_are_the_same() -> None:
    assert words(choices.HunkState) == {state.value for state in HunkState}
    assert words(choices.HunkKind) == {kind.value for kind in HunkKind}
    assert words(choices.FileKind) == {kind.value for kind in ChangeKind}
    assert words(choices.SymbolKind) == {kind.value for kind in SymbolKind}
    phases = {phase.value for phase in TaskPhase} - {TaskPhase.ENDED.value}
    assert words(choices.TaskState) == phases | {outcome.value for outcome in TaskOutcome}


def family(root: type[kernel_errors.AgentxError]) -> set[str]:
    return {root.code}.union(*(family(kind) for kind in root.__subclasses__()))


def test_every_error_of_the_daemon_has_a_code_on_the_wire() -> None:
    assert family(kernel_errors.AgentxError) == {row.name for row in ERRORS}
    assert len({row.code for row in ERRORS}) == len(ERRORS)


def test_user_only_settings_exist_and_the_daemon_keeps_them() -> None:
    assert set(Settings.model_fields) >= USER_ONLY
    assert app_settings.USER_ONLY == USER_ONLY


def test_every_request_has_a_handler() -> None:
    assert {method.name for method in METHODS if method.result} <= set(Handlers())
