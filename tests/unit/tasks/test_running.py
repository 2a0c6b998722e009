"""One task from its snapshot to its proposal, and every way in which it can end."""

import asyncio

import pytest
from agentxd.kernel.errors import ChecksFailedError, GoalNotUnderstoodError, ProviderError
from agentxd.kernel.events import ApprovalRequested, EvidenceRecorded, ToolCallCompleted
from agentxd.plugins.providers.scripted import ScriptedCall, ScriptedProvider, ScriptedStep
from agentxd.tasks.running import INTERRUPTED
from unit.tasks.life import Life

FILES = {"a.txt": b"one\ntwo\n", "b.txt": b"three\n"}
EDIT = ScriptedCall("edit", {"path": "a.txt", "old": "one", "new": "1"})
READ = ScriptedCall("read", {"path": "a.txt"})


def run(command):
    return ScriptedCall("run", {"command": command})


def script(*steps):
    return ScriptedProvider(
        [ScriptedStep(s) if isinstance(s, str) else ScriptedStep("", tuple(s)) for s in steps]
    )


class Raising:
    """A provider that gives up after these steps."""

    name = "raising"

    def __init__(self, error, *steps):
        self._error, self._inner, self._n_steps = error, script(*steps), len(steps)

    def models(self):
        return ("m",)

    async def stream(self, request):
        if sum(message.role == "assistant" for message in request.messages) >= self._n_steps:
            raise self._error
        async for delta in self._inner.stream(request):
            yield delta


DENY_RUN = ((), (), ("run",))
ENDS = [
    # steps or provider, rules, budget, outcome, error, is there a proposal
    (script([EDIT], "done"), {}, "completed", "", True),
    (script([READ], "nothing to do"), {}, "no_change", "", False),
    (script([run("false")], "done"), {"rules": DENY_RUN}, "denied", "denied", False),
    (script([EDIT, run("x")], "done"), {"rules": DENY_RUN}, "completed", "", True),
    (script([EDIT], [READ], "done"), {"steps": 2}, "budget_exhausted", "budget_exhausted", True),
    (script([EDIT], "done"), {"tokens": 10}, "budget_exhausted", "budget_exhausted", False),
    (script(*([READ] for _ in range(9))), {}, "failed", "wrong_state", False),
    (script([EDIT]), {}, "failed", "provider", True),
    (Raising(OSError("no network"), [EDIT]), {}, "failed", "provider", True),
    (Raising(OSError("no network"), [READ]), {}, "failed", "provider", False),
    (Raising(ChecksFailedError("flaky"), [EDIT]), {}, "checks_failed", "checks_failed", False),
    (Raising(GoalNotUnderstoodError("?")), {}, "failed", "goal_not_understood", False),
    (
        Raising(ProviderError("I need it"), [run("x")]),
        {"rules": DENY_RUN},
        "denied",
        "denied",
        False,
    ),
    (
        Raising(OSError("no network"), [run("x")], [READ]),
        {"rules": DENY_RUN},
        "failed",
        "provider",
        False,
    ),
]


@pytest.mark.parametrize("row", ENDS)
async def test_how_a_task_ends(tmp_path, row):
    provider, more, outcome, error, is_proposed = row
    life = Life(tmp_path, FILES, provider)
    ending = await life.run(**more)
    assert (ending.outcome.value, ending.error) == (outcome, error)
    assert (life.end.outcome, life.end.error, life.end.reason) == (outcome, error, ending.reason)
    assert len(life.proposals) == int(is_proposed)
    assert life.has_left_nothing()
    assert (life.root / "a.txt").read_bytes() == FILES["a.txt"]


async def test_a_tool_or_the_disk_that_breaks_ends_the_task_and_not_the_daemon(tmp_path):
    life = Life(tmp_path, FILES, script("done"))

    async def broken():
        raise RuntimeError("no disk")

    life.prepare = broken
    ending = await life.run()
    assert ending.outcome.value == "failed"
    assert "RuntimeError: no disk" in ending.reason


async def test_the_proposal_holds_what_was_done_and_who_did_it(tmp_path):
    life = Life(tmp_path, FILES, script([EDIT, run("rm b.txt; echo new > c.txt")], "All done."))
    ending = await life.run("tidy up")
    (proposal,) = life.proposals
    assert ending.reason == "All done."
    assert [file.path for file in proposal.files] == ["a.txt", "b.txt", "c.txt"]
    assert (proposal.title, proposal.author) == ("tidy up", "implementer/scripted")
    assert proposal.tree_before == life.task.tree != proposal.tree_after


async def test_evidence_is_what_ran_at_the_base_and_at_the_proposed_tree(tmp_path):
    steps = [
        [run("cat a.txt")],
        [EDIT, run("echo between")],
        [ScriptedCall("write", {"path": "b.txt", "content": "x"})],
        [run("cat a.txt"), run("echo changes >> a.txt"), run("sh -c 'exit 3'")],
        "done",
    ]
    life = Life(tmp_path, FILES, script(*steps))
    await life.run()
    evidence = [event.evidence for event in life.events(EvidenceRecorded)]
    assert [(e.id, e.phase, e.command, e.exit_code) for e in evidence] == [
        ("t1.e1", "before", "cat a.txt", 0),
        ("t1.e2", "after", "sh -c 'exit 3'", 3),
    ]
    (proposal,) = life.proposals
    assert [e.tree for e in evidence] == [proposal.tree_before, proposal.tree_after]


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ("true", "false", "checks_failed"),
        ("true", "true", "completed"),
        ("false", "false", "completed"),
    ],
)
async def test_a_check_that_passed_before_and_fails_after_is_no_success(
    tmp_path, before, after, outcome
):
    check = f"if grep -q one a.txt; then {before}; else {after}; fi"
    life = Life(tmp_path, FILES, script([run(check)], [EDIT], [run(check)], "done"))
    assert (await life.run(checks=(check,))).outcome.value == outcome
    assert len(life.proposals) == 1


@pytest.mark.parametrize("call", [run("sleep 30"), None])
@pytest.mark.parametrize(("words", "outcome"), [("", "cancelled"), (INTERRUPTED, "interrupted")])
async def test_a_cancel_in_the_middle_leaves_a_record_that_is_complete(
    tmp_path, call, words, outcome
):
    calls = [READ, call, EDIT] if call else [READ, ScriptedCall("ask", {"question": "Sure?"})]
    life = Life(tmp_path, FILES, script(calls, "done"))
    started = lambda: (  # noqa: E731
        life.journal.state.tasks.tasks
        and len(life.task.open_calls) == 1
        and life.task.open_calls[0].name in ("run", "ask")
        and (call or life.journal.state.tasks.waiting())
    )
    running = await life.begin(started)
    running.cancel(*([words] if words else []))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert life.end.outcome == outcome
    assert len(life.events(ToolCallCompleted)) == len(calls)
    assert life.has_left_nothing()
    assert life.proposals == []


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("allow", "completed", ""),
        ("deny", "denied", "Denied by anna: run: echo x > c.txt"),
        ("", "denied", "Nobody gave leave in time for run: echo x > c.txt"),
    ],
)
async def test_an_ask_in_the_loop_is_answered_denied_or_runs_out(tmp_path, answer, outcome, words):
    life = Life(tmp_path, FILES, script([run("echo x > c.txt")], "done"))
    waits = lambda: life.clock.n_sleeping  # noqa: E731
    running = await life.begin(waits, rules=((), ("run",), ()))
    if answer:
        await life.approvals.decide("q1", answer, "anna")
    else:
        life.clock.turn(121)
    ending = await running
    assert (ending.outcome.value, words in ending.reason) == (outcome, True)
    assert len(life.proposals) == int(answer == "allow")


async def test_an_interrupted_task_runs_again_and_takes_the_answer_that_came_meanwhile(tmp_path):
    life = Life(tmp_path, FILES, script([run("true")], [run("echo x > c.txt")], "done"))
    rules = ((), ("run(echo *)",), ())
    running = await life.begin(lambda: life.clock.n_sleeping, rules=rules)
    running.cancel(INTERRUPTED)
    await asyncio.wait({running})
    await life.journal.load()
    await life.approvals.recover()
    await life.approvals.decide("q1", "allow", "another client")
    ending = await life.run(rules=rules)
    assert ending.outcome.value == "completed"
    assert len(life.events(ApprovalRequested)) == 1
    ids = [event.evidence.id for event in life.events(EvidenceRecorded)]
    assert ids == ["t1.e1", "t1.e2"]
