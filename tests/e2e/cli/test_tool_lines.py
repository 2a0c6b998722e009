"""Each tool call is one line, in a pipe and on a terminal, and a long result is cut there."""

from conversations import call, written
from terminals import CTRL_D, Terminal

SCRIPTED = ("run", "a change", "--provider", "scripted", "--script")
STEPS = (
    call("read", path="parcel/rates.py"),
    call("read", path="nowhere.py"),
    call("nonsense", x=1),
    call("read", path=5),
    call("run", command="exit 3"),
    call("write", path="long.txt", content="line\n" * 100),
    call("run", command="cat long.txt"),
)


def test_each_call_is_a_line_in_a_pipe(house):
    done = house.cli(*SCRIPTED, written(house, *STEPS))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.strip() for line in done.stdout.splitlines() if line[:4] in ("  · ", "  ✗ ")]
    lines = [line for line in lines if " ended with " not in line]  # these are evidence
    assert lines[0] == "· read parcel/rates.py"
    assert lines[1].startswith("✗ read nowhere.py  ")
    assert lines[2].startswith('✗ nonsense {"x": 1}  There is no tool')
    assert lines[3].startswith('✗ read {"path": 5}  ')
    assert lines[4:] == ["· run exit 3  exit code 3", "· write long.txt", "· run cat long.txt"]
    assert "(played)" in done.stdout or "tokens" not in done.stdout
    shown = Terminal(house, "task", "t1")
    shown.until("more lines; --json has all)")
    shown.wait()
    shown.close()
    assert house.cli("task", "t1").stdout.count("line\n") >= 100


def test_ctrl_d_at_a_question_of_the_model_leaves_it_open(house):
    question = call("ask", question="Which?", options=["red", "blue"])
    terminal = Terminal(house, *SCRIPTED, written(house, question))
    terminal.until("answer: ")
    terminal.type(CTRL_D)
    terminal.until("left open; answer it with: agentxd approve q1 red/blue")
    house.cli("approve", "q1", "red")
    terminal.until("done")
    terminal.wait()
    assert "Traceback" not in terminal.text
    terminal.close()
