"""What a model or a repository says cannot steer the terminal; what a pipe gets stays exact."""

import pytest
from agentxd_cli.exit_codes import Exit
from conversations import call, run_script, written
from terminals import CTRL_D, Terminal

SCRIPTED = ("run", "a change", "--provider", "scripted", "--script")
HIDING = "rm -rf important #\r\x1b[2K  \x1b[Als -la"
EVIL = "\x1b[2J\x1b]52;c;cm0gLXJm\x07\x9b2J\u202eend"
RAW = ("\x1b[2J", "\x1b]52", "\x1b[A", "\x07", "\x9b", "\u202e")


@pytest.fixture
def terminal(house):
    """Begins a command on a terminal."""
    opened = []

    def begin(*words):
        opened.append(Terminal(house, *words))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


def finished(terminal):
    code = terminal.wait()
    for _ in range(5):
        terminal.read(0.05)
    return code, terminal.raw


def test_a_question_shows_what_it_hides(house, terminal):
    house.cli("config", "set", "permission_ask", '["run(rm *)"]')
    script = written(house, {"text": EVIL, **call("run", command=HIDING)})
    asked = terminal(*SCRIPTED, script)
    for _ in range(300):
        if "answer: " not in asked.raw:
            asked.read(0.1)
    screen = asked.raw
    assert "rm -rf important #␍␛[2K" in screen
    asked.type("perhaps\r")
    asked.until("answer with y/yes/a/allow, n/no/d/deny")
    asked.until("answer: ")
    asked.type(CTRL_D)
    code, rest = finished(asked)
    assert code == Exit.DENIED
    assert "Traceback" not in rest
    assert not [raw for raw in RAW if raw in screen + rest]


@pytest.mark.parametrize("words", ["task t1", "show p1", "diff p1", "log"])
def test_commands_show_controls_and_pipes_get_them(shared_house, words):
    if not shared_house.json("proposals"):
        evil = call("write", path="evil.txt", content=f"{EVIL}\n")
        run_script(shared_house, {"text": EVIL, **evil}, call("read", path="evil.txt"))
    shown = Terminal(shared_house, *words.split())
    _, screen = finished(shown)
    shown.close()
    assert not [raw for raw in RAW if raw in screen]
    if words != "log":
        assert "␛" in screen
    piped = shared_house.cli(*words.split()).stdout
    if words in ("show p1", "diff p1"):
        assert EVIL in piped
    assert "␛" not in piped
