"""A chat on a real terminal: typed lines, keys while a turn runs, Ctrl-C and Ctrl-D."""

import json

import pytest
from conversations import call
from terminals import CTRL_C, CTRL_D, UP, Terminal


@pytest.fixture
def chat(house, tmp_path):
    """A chat that plays these steps."""
    opened = []

    def begin(*steps, session=()):
        path = tmp_path / "steps.json"
        path.write_text(json.dumps({"steps": list(steps)}))
        words = ("--provider", "scripted", "--script", str(path))
        opened.append(Terminal(house, "chat", *session, *words))
        return opened[-1]

    yield begin
    for terminal in opened:
        terminal.close()


def test_a_conversation_from_the_first_key_to_ctrl_d(house, chat):
    terminal = chat(call("write", path="NOTE.md", content="one\n"), {"text": "Wrote it."})
    terminal.until("›")
    terminal.type("write a noet\x7f\x7fte\r")
    terminal.until("Wrote it.")
    terminal.until("Next: /diff p1 · /accept p1 · /reject p1.1")
    terminal.until("›")
    terminal.type("/accept p1\r")
    terminal.until("applied")
    terminal.until("›")
    terminal.type(UP)
    terminal.until("/accept")
    terminal.press_until(CTRL_C, "›")
    terminal.type(CTRL_D)
    terminal.until("go on with: agentxd chat s1")
    assert terminal.wait() == 0
    assert (house.root / "NOTE.md").read_text() == "one\n"
    assert house.json("tasks")[0]["goal"] == "write a note"


def test_what_is_typed_while_a_turn_runs_joins_it(house, chat):
    terminal = chat(call("run", command="sleep 3"), {"text": "I heard you."})
    terminal.until("›")
    terminal.type("sleep\r")
    terminal.until("run sleep 3")
    terminal.type("in blue, please\r")
    terminal.until("joins before the next step")
    terminal.until("I heard you.")
    items = house.json("task", "t1")["transcript"]
    assert [item["text"] for item in items if item["role"] == "user"] == [
        "sleep",
        "in blue, please",
    ]


def test_ctrl_c_ends_the_turn_keeps_its_work_and_not_the_program(house, chat):
    terminal = chat(
        call("write", path="HALF.md", content="half\n"),
        call("run", command="sleep 60"),
        {"text": "Back."},
    )
    terminal.until("›")
    terminal.type("begin\r")
    terminal.until("run sleep 60")
    terminal.type(CTRL_C)
    terminal.until("t1 ended: cancelled")
    terminal.until("›")
    assert house.json("proposals")[0]["files"][0]["path"] == "HALF.md"
    terminal.type("go on\r")
    terminal.until("Back.")
    terminal.until("›")
    terminal.type(CTRL_D)
    assert terminal.wait() == 0


def test_another_terminal_shows_the_same_turn(house, chat):
    steps = [call("run", command="sleep 2"), {"text": "Slept well."}]
    first = chat(*steps)
    first.until("›")
    first.type("sleep\r")
    first.until("run sleep 2")
    second = chat(*steps, session=("s1",))
    second.until("Slept well.")
    first.until("Slept well.")
    second.until("›")
    second.type("/cost\r")
    second.until("1 turn")
