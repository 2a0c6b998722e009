"""The real extension in the real VS Code, and Neovim on a terminal, on one daemon."""

from collections.abc import Iterator

import pytest
from editors.both.terminal_neovim import TerminalNeovim
from editors.workbench.conftest import office
from editors.workbench.desks import Desk, artefacts

__all__ = ["office"]  # a fixture of the workbench's own tests

pytestmark = [pytest.mark.real, pytest.mark.chromium, pytest.mark.xdist_group("workbench")]
RATES, QUOTE = "parcel/rates.py", "parcel/quote.py"


@pytest.fixture
def shared(office, request) -> Iterator[Desk]:
    """A workspace that both editors open."""
    found = office.desk(f"both-{request.node.name.removeprefix('test_')[:24]}")
    found.house.cli("config", "set", "idle_exit_seconds", "60")
    yield found
    found.leave()


@pytest.fixture
def neovim(shared) -> Iterator[TerminalNeovim]:
    """Neovim on the same workspace, with the file open."""
    editor = TerminalNeovim(shared.house, RATES)
    yield editor
    editor.close()


def three_hunks(desk: Desk) -> list[str]:
    """A proposal of three hunks in one file; their ids from the top."""
    text = desk.read(RATES)
    text = text.replace("import os\nimport sys\n", "import sys\n")
    text = text.replace("if not zone in RATES", "if zone not in RATES")
    proposal = desk.propose({RATES: text.replace("return 0.05", "return 0.1")}, "tidy the rates")
    return [hunk["id"] for hunk in sorted(proposal["hunks"], key=lambda one: one["startLine"])]


def captured(desk: Desk, neovim: TerminalNeovim, name: str) -> str:
    """Both editors at this moment, among the artefacts; what stands on the terminal."""
    desk.bench.shot(f"{name}-vscode")
    text = neovim.screen.text()
    folder = artefacts() / desk.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-neovim.txt").write_text(text)
    (folder / f"{name}-neovim.ansi").write_text(neovim.screen.text(is_styled=True))
    return text


def test_what_is_decided_in_one_is_gone_in_the_other(shared, neovim):
    bench = shared.sit()
    first, second, third = three_hunks(shared)
    page = bench.open_file(RATES)
    page.until_lens(f"Accept {third}")
    bench.until(lambda: neovim.hunks() == {first, second, third}, "three hunks in Neovim")
    shown = captured(shared, neovim, "before")
    assert "if zone not in RATES" in shown
    assert "return 0.1" in shown
    # Accepted in VS Code, gone in Neovim.
    page.press_lens(f"Accept {third}")
    page.until_text("return 0.1")
    bench.until(lambda: neovim.hunks() == {first, second}, "the hunk gone in Neovim")
    # Rejected in Neovim, its lens gone in VS Code.
    neovim.command(f"AgentX reject {second}")
    bench.until(lambda: not any(second in line for line in page.lenses()), "the lens gone")
    # Accepted in Neovim: VS Code's own text stays as it is, the lens goes.
    neovim.command(f"AgentX accept {first}")
    shared.until_state({first: "applied", second: "rejected", third: "applied"})
    bench.until(lambda: neovim.hunks() == set(), "nothing left in Neovim")
    bench.until(lambda: not any(first in line for line in page.lenses()), "no lens left")
    captured(shared, neovim, "after")
    assert "import os" not in neovim.seen()["lines"]
    assert "    return 0.05" in neovim.seen()["lines"], "it was accepted in VS Code's text"
    assert neovim.leave() == 0


def test_typing_goes_on_in_one_while_the_other_accepts(shared, neovim):
    bench = shared.sit()
    names = three_hunks(shared)
    bench.until(lambda: neovim.hunks() == set(names), "three hunks in Neovim")
    # The file is open in VS Code alone, so its text is changed there.
    neovim.command(f"edit {QUOTE} | bdelete {RATES}")
    bench.until(lambda: neovim.seen()["lines"][0].startswith('"""Quotes'), "the other file")
    page = bench.open_file(RATES)
    page.until_lens(f"Accept {names[0]}")
    before = shared.read(RATES)
    bench.keys.press("Control+End")
    typed = []
    for number, name in enumerate(names):
        neovim.command(f"AgentX accept {name}")
        for word in range(6):
            typed.append(f"# typed {number} {word}")
            bench.keys.type(typed[-1])
            bench.keys.press("Enter")

    def are_applied():  # one that came too late for every text is still open, and says so
        late = [name for name in names if shared.states()[name] == "proposed"]
        for name in late:
            neovim.command(f"AgentX accept {name}")
        return not late

    bench.until(are_applied, "all of them applied")
    shared.until_state(dict.fromkeys(names, "applied"))
    page.until_text(typed[-1])
    page.save()
    wanted = before.replace("import os\n", "").replace("if not zone in", "if zone not in")
    wanted = wanted.replace("return 0.05", "return 0.1") + "".join(f"{line}\n" for line in typed)
    assert shared.read(RATES).split() == wanted.split(), "every word, once and in its order"


def test_a_hunk_that_is_edited_in_neovim_arrives_in_vscode(shared, neovim):
    bench = shared.sit()
    _, second, _ = three_hunks(shared)
    page = bench.open_file(RATES)
    page.until_lens(f"Accept {second}")
    bench.until(lambda: second in neovim.hunks(), "the hunk in Neovim")
    neovim.command(f"AgentX edit {second}")
    neovim.screen.until(r"agentx.*p1\.2")
    neovim.screen.type("ggA  # edited in Neovim")
    neovim.command("write")
    shared.until_state({second: "edited"})
    page.press_lens(f"Accept {second}")
    page.until_text("if zone not in RATES:  # edited in Neovim")
    bench.until(lambda: second not in neovim.hunks(), "the hunk gone in Neovim")


def unsaved(bench, page):
    """Typed as a whole: an editor that was not ready yet has taken only some of it."""
    if "# unsaved in VS Code" in page.text():
        return True
    bench.keys.press("Control+Home")
    bench.keys.type("# unsaved in VS Code")
    bench.keys.press("Enter")
    bench.page.wait_for_timeout(500)
    return False


def test_unsaved_text_of_both_is_seen_by_one_agent_and_watched_in_both(shared, neovim):
    bench = shared.sit()
    page = bench.open_file(QUOTE)
    bench.until(lambda: unsaved(bench, page), "what is typed in the editor")
    bench.until(lambda: neovim.seen()["connection"] == "running", "Neovim connected")
    neovim.screen.type("ggO# unsaved in Neovim")
    neovim.screen.press("Escape")
    bench.until(lambda: neovim.seen()["lines"][0] == "# unsaved in Neovim", "the text in Neovim")
    bench.show_container()
    steps = {"calls": [{"name": "grep", "arguments": {"pattern": "# unsaved in"}}]}
    shared.house.cli(
        *("run", "see both", "--provider", "scripted", "--script", shared.script(steps))
    )
    bench.tree("Tasks").row("see both")
    tasks = bench.until(lambda: neovim.seen()["tasks"], "the task in Neovim")
    task = next(iter(tasks))
    bench.until(
        lambda: neovim.seen()["tasks"][task] in ("completed", "no_change"), "its end in Neovim"
    )
    seen = str(shared.house.json("task", task)["transcript"])
    assert "# unsaved in VS Code" in seen
    assert "# unsaved in Neovim" in seen
    assert "unsaved" not in shared.read(RATES) + shared.read(QUOTE)
    neovim.command("AgentX tasks")
    neovim.screen.until("see both")
    captured(shared, neovim, "one-task")


def test_the_daemon_is_killed_and_both_show_the_same_again(shared, neovim):
    bench = shared.sit()
    first, second, third = three_hunks(shared)
    page = bench.open_file(RATES)
    page.until_lens(f"Accept {first}")
    bench.until(lambda: neovim.hunks() == {first, second, third}, "three hunks in Neovim")
    neovim.command(f"AgentX reject {second}")
    bench.until(lambda: not any(second in line for line in page.lenses()), "the lens gone")
    pid = shared.house.pid()
    shared.house.kill()
    bench.until(lambda: shared.house.pid() not in (0, pid), "a new daemon")
    bench.until(lambda: neovim.seen()["connection"] == "running", "Neovim connected again")
    bench.until(lambda: neovim.hunks() == {first, third}, "the same hunks in Neovim")
    page.until_lens(f"Accept {third}")
    page.press_lens(f"Accept {third}")
    bench.until(lambda: neovim.hunks() == {first}, "decided in VS Code, gone in Neovim")
