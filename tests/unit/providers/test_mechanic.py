"""The mechanic at work in a real copy: check, fix, check again, drop what breaks, tell."""

import pytest
from agentxd.kernel.events import EvidenceRecorded
from agentxd.plugins.providers.mechanic import MechanicProvider
from unit.tasks.life import Life

CHECK = "sh check.sh"
FIX = "sed -i 's/bad/good/' words/*.txt"
WORDS = {f"words/{n}.txt": b"a bad word\n" for n in range(1, 7)}
NOTHING_BREAKS = b"exit 0\n"
THREE_BREAKS = b"grep -q bad words/3.txt\n"
FAILS_BEFORE = (
    b"echo 'FAILED t.py::old'\ngrep -q bad words/3.txt || echo 'FAILED t.py::new'\nexit 1\n"
)
SILENTLY_FAILS = b"exit 1\n"


def files(check=NOTHING_BREAKS, fix=FIX):
    return {"Makefile": f"format:\n\t{fix}\n".encode(), "check.sh": check, **WORDS}


def life(tmp_path, found, *checks):
    return Life(tmp_path, found, MechanicProvider(checks))


def proposed(ours):
    return [file.path for proposal in ours.proposals for file in proposal.files]


CASES = [
    # check, what is proposed, what is told
    (NOTHING_BREAKS, list(WORDS), "6 hunks, 6 proposed, 0 dropped"),
    (THREE_BREAKS, [path for path in WORDS if "3" not in path], "6 hunks, 5 proposed, 1 dropped"),
    (FAILS_BEFORE, [path for path in WORDS if "3" not in path], "only new failures counted"),
    (SILENTLY_FAILS, list(WORDS), "could not be used as a check: it fails already"),
]


@pytest.mark.parametrize(("check", "wanted", "words"), CASES)
async def test_what_breaks_the_checks_is_dropped_and_the_rest_is_proposed(
    tmp_path, check, wanted, words
):
    ours = life(tmp_path, files(check), CHECK)
    ending = await ours.run("format")
    assert ending.outcome.value == "completed", ending
    assert proposed(ours) == wanted
    assert words in ending.reason
    assert (ours.root / "words/1.txt").read_bytes() == b"a bad word\n"
    assert ours.has_left_nothing()


async def test_the_checks_are_the_evidence_before_and_after(tmp_path):
    ours = life(tmp_path, files(THREE_BREAKS), CHECK)
    await ours.run("format")
    evidence = [event.evidence for event in ours.events(EvidenceRecorded)]
    found = [(e.phase, e.exit_code) for e in evidence if e.command == CHECK]
    assert found == [("before", 0), ("after", 0)]


async def test_when_every_hunk_breaks_the_checks_nothing_is_proposed(tmp_path):
    found = files(b"cat words/1.txt | grep -q bad\n", "sed -i 's/bad/good/' words/1.txt")
    ending = await (ours := life(tmp_path, found, CHECK)).run("format")
    assert ending.outcome.value == "no_change"
    assert "Nothing is left to propose" in ending.reason
    assert proposed(ours) == []


async def test_a_dropped_hunk_is_named(tmp_path):
    ending = await life(tmp_path, files(THREE_BREAKS), CHECK).run("format")
    assert "Dropped: line 1 of words/3.txt (-1 +1) – it breaks the checks." in ending.reason


async def test_nothing_to_do_is_no_change(tmp_path):
    ours = life(tmp_path, files(fix="true"), CHECK)
    ending = await ours.run("format")
    assert ending.outcome.value == "no_change"
    assert ending.reason.startswith("Nothing to change")


@pytest.mark.parametrize(
    ("goal", "found", "error", "words"),
    [
        ("add a login page", files(), "goal_not_understood", "has no rule for 'add a login page'"),
        ("sort imports", files(), "provider", "No tool was found to sort imports."),
        ("format", {"a.txt": b"x\n"}, "provider", "No tool was found to format."),
        ("format in nowhere", files(), "not_found", "There is no file or folder nowhere"),
        ("format", files(fix="exit 3"), "provider", "`make format` ended with 2"),
    ],
)
async def test_what_it_cannot_do_is_told_and_nothing_is_proposed(
    tmp_path, goal, found, error, words
):
    ours = life(tmp_path, found)
    ending = await ours.run(goal)
    assert (ending.outcome.value, ending.error) == ("failed", error)
    assert words in ending.reason
    assert ending.next_step
    assert ours.proposals == []


async def test_without_checks_it_says_that_nothing_has_checked_it(tmp_path):
    ending = await life(tmp_path, files()).run("format")
    assert "No tests were found" in ending.reason


@pytest.mark.parametrize("rule", ["run", "run(make *)", "diff", "run(sh *)"])
async def test_where_a_rule_says_no_the_task_is_denied_and_nothing_is_left(tmp_path, rule):
    ours = life(tmp_path, files(), CHECK)
    ending = await ours.run("format", rules=((), (), (rule,)))
    assert ending.outcome.value == "denied", ending
    assert f"permission_deny deny {rule}" in ending.reason
    assert ours.proposals == []


async def test_its_own_look_around_needs_no_leave_where_a_rule_speaks_of_other_commands(tmp_path):
    ours = life(tmp_path, files(), CHECK)
    ending = await ours.run("format", rules=((), ("run(git push*)",), ("run(rm *)",)))
    assert ending.outcome.value == "completed"
    assert ours.journal.state.tasks.approvals == {}


async def test_it_keeps_nothing_in_mind_between_two_steps(tmp_path):
    """Every step comes from the transcript alone, so a fresh one goes on where another was."""

    class Forgetful:
        name = "mechanic"

        def models(self):
            return ("rules",)

        def stream(self, request):
            return MechanicProvider((CHECK,)).stream(request)

    ours = Life(tmp_path, files(THREE_BREAKS), Forgetful())
    assert (await ours.run("format")).outcome.value == "completed"
    assert len(proposed(ours)) == 5


async def test_checks_that_do_not_hold_still_are_told(tmp_path):
    counting = b"n=$(cat .git/n 2>/dev/null || echo 0); echo $((n+1)) > .git/n; test $n -lt 1\n"
    found = {**files(counting), ".git/HEAD": b"ref: refs/heads/main\n"}
    ours = life(tmp_path, found, CHECK)
    ending = await ours.run("format")
    assert ending.outcome.value == "checks_failed", ending
    assert ours.proposals == []
