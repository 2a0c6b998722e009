"""Errors, cancellation and background tasks stop at named borders and belong to named owners."""

import ast
from collections.abc import Iterator

from tidy.sources import Source, product

TASK_OWNERS = {
    "server/agentxd/agents/shielding.py": "returns only when the work is over",
    "server/agentxd/app/daemon.py": "the daemon cancels and awaits its background on leaving",
    "server/agentxd/app/equipment.py": "what is read beside the equipping ends with it",
    "server/agentxd/edges/lsp/connection.py": "the connection ends its pump",
    "server/agentxd/edges/lsp/protocol.py": "requests and steps of a client end with it",
    "server/agentxd/plugins/indexing/keeping.py": "closing the index cancels and awaits a restart",
    "server/agentxd/plugins/sandboxes/docker_sandbox.py": "a command ends its reader by killing",
    "server/agentxd/agents/recording.py": "the next record of the task awaits its results",
    "server/agentxd/plugins/sandboxes/bubblewrap.py": "the next command or close awaits it",
    "server/agentxd/plugins/sandboxes/running.py": "a command awaits or cancels its readers",
    "server/agentxd/sessions/journal.py": "record awaits the append, and the reading back of a refusal",
    "server/agentxd/sessions/conversing.py": "turns to be started are cancelled and awaited on leaving",
    "server/agentxd/sessions/goals.py": "workers are cancelled and awaited when the daemon leaves",
    "server/agentxd/tasks/approvals.py": "the question cancels its timer",
}
"""Who may start a background task outside a TaskGroup, and what ends it."""

BORDERS = {
    "server/agentxd/agents/dispatch.py:_call": "tool call: a broken tool is an observation",
    "server/agentxd/edges/lsp/protocol.py:_notified": "handler of a notification: logged",
    "server/agentxd/edges/lsp/protocol.py:_respond": "handler of a request: an error response",
    "server/agentxd/plugins/indexing/worker/answering.py:answer": "plugin call: the next is answered",
    "server/agentxd/plugins/indexing/worker/taking.py:take": "plugin call: the other files go on",
    "server/agentxd/plugins/providers/worker/draining.py:drained": "plugin call: the answer is whole",
    "server/agentxd/plugins/providers/worker/retrying.py:attempts": "plugin call: tried again or told",
    "server/agentxd/plugins/providers/worker/serving.py:_answer": "task owner: the stream failed",
    "server/agentxd/plugins/rules/registry.py:installed": "plugin: a rule that cannot be loaded",
    "server/agentxd/plugins/stores/writer.py:_serve": "thread owner: its waiters are answered",
    "server/agentxd/review/gathering.py:gather": "plugin call: the other rules go on",
    "server/agentxd/sessions/goals.py:_equipped": "task owner: the task failed, the daemon goes on",
    "server/agentxd/sessions/model_review.py:_ending": "task owner: the reviewer failed",
    "server/agentxd/tasks/running.py:_attempt": "task owner: the task failed, the daemon goes on",
    "server/agentxd/tasks/room.py:close": "plugin call: the sandbox is left to the reaper",
}
"""Where `except Exception` may end an error; anywhere else it must raise."""

CANCEL_STOPS = {
    "server/agentxd/agents/shielding.py": "raised again once the shielded work is over",
}
"""Where `except CancelledError` holds no raise of its own."""


def started_tasks(source: Source) -> Iterator[ast.Attribute]:
    """`create_task` and `ensure_future` outside a TaskGroup."""
    for node in ast.walk(source.tree):
        is_start = isinstance(node, ast.Attribute) and node.attr in (
            "create_task",
            "ensure_future",
        )
        if is_start and ast.unparse(node.value) != "group":
            yield node


def handlers(place: ast.AST, *names: str) -> Iterator[ast.ExceptHandler]:
    """`except` clauses that name one of these, and bare ones."""
    for node in ast.walk(place):
        if isinstance(node, ast.ExceptHandler):
            caught = {
                part.strip("() ").rpartition(".")[2]
                for part in (ast.unparse(node.type) if node.type else names[0]).split(",")
            }
            if caught & set(names):
                yield node


def raises(handler: ast.ExceptHandler) -> bool:
    """Whether it always ends in a raise."""
    return isinstance(handler.body[-1], ast.Raise)


def test_invariant_8_every_background_task_has_a_named_owner() -> None:
    found = {source.path for source in product() if any(started_tasks(source))}
    assert found == set(TASK_OWNERS)


def test_invariant_7_only_named_borders_end_an_unknown_error() -> None:
    found = {
        f"{source.path}:{function.name}"
        for source in product()
        for function in source.functions()
        for handler in handlers(function, "Exception")
        if not raises(handler)
    }
    assert found == set(BORDERS)


def test_nobody_keeps_a_base_exception() -> None:
    found = [
        f"{source.path}:{handler.lineno}"
        for source in product()
        for handler in handlers(source.tree, "BaseException", "SystemExit")
        if not raises(handler)
    ]
    assert found == []


def test_only_programs_take_the_interrupt_key() -> None:
    found = {s.path for s in product() for _ in handlers(s.tree, "KeyboardInterrupt")}
    assert {path for path in found if not path.startswith("clients/agentxd_cli/")} == {
        "server/agentxd/app/main.py",
        "server/agentxd/app/review/entry.py",
    }


def test_cancellation_is_never_swallowed() -> None:
    found = {
        source.path
        for source in product()
        for handler in handlers(source.tree, "CancelledError")
        if not any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    }
    assert found == set(CANCEL_STOPS)


def test_nothing_suppresses_every_error() -> None:
    found = [
        f"{source.path}:{node.lineno}"
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] == "suppress"
        and {"Exception", "BaseException"} & {ast.unparse(argument) for argument in node.args}
    ]
    assert found == []


def test_no_module_keeps_state_in_globals() -> None:
    found = [
        f"{source.path}:{node.lineno}"
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Global)
    ]
    assert found == []


def test_nobody_cleans_up_in_del() -> None:
    found = [s.path for s in product() for f in s.functions() if f.name == "__del__"]
    assert found == []
