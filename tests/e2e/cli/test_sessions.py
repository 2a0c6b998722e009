"""Sessions from the command line: piped, killed, forked, moved, watched by two."""

import json
import signal
import subprocess
import sys
import time

import pytest
from agentxd_cli.exit_codes import Exit
from conversations import call
from daemons import RawClient

WRITE = call("write", path="NOTE.md", content="one\n")
MORE = call("write", path="NOTE.md", content="one\ntwo\n")


@pytest.fixture
def played(house, tmp_path):
    """Options that play these steps, whatever turn they are of."""

    def play(*steps):
        path = tmp_path / "steps.json"
        path.write_text(
            json.dumps({"steps": [s if isinstance(s, dict) else {"text": s} for s in steps]})
        )
        return ("--provider", "scripted", "--script", str(path))

    return play


def ended(house, n):
    """The tasks, as soon as there are so many that ended. Fails after 60 s."""
    for _ in range(600):
        tasks = house.json("tasks")
        if sum(bool(task["endedMs"]) and task["isSettled"] for task in tasks) >= n:
            return tasks
        time.sleep(0.1)
    raise AssertionError(tasks)


def test_a_piped_chat_is_one_turn_a_line_on_top_of_each_other(house, played):
    words = played(WRITE, "Wrote one.", MORE, "Wrote two.")
    done = house.cli("chat", *words, stdin="write one\n\nand two\n/hunks\n/accept\n/cost\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    assert "Wrote one." in done.stdout
    assert "it takes the place of 1 open hunk of p1" in done.stdout
    assert (house.root / "NOTE.md").read_text() == "one\ntwo\n"
    assert [one["state"] for one in house.json("proposals")] == ["superseded", "applied"]
    (session,) = house.json("sessions")
    assert (session["taskIds"], session["state"]) == (["t1", "t2"], "idle")


def test_the_exit_code_of_a_piped_chat_is_of_a_turn_that_failed(house, played):
    done = house.cli("chat", *played("Hello.", "Again."), stdin="hello\n")
    assert (done.returncode, "ended" in done.stdout) == (Exit.OK, False), done.stdout
    done = house.cli("chat", *played("Hello."), stdin="/nonsense\nhello\n")
    assert done.returncode == Exit.USAGE
    assert "there is no /nonsense" in done.stdout
    done = house.cli("chat", stdin="/model nobody/x\n/model\nquit\n/nonsense\n")
    assert done.returncode == Exit.NOT_FOUND
    assert "(automatic)/(its default)" in done.stdout
    assert "there is no /nonsense" not in done.stdout


def test_a_decision_that_fails_counts_and_hints_are_words_of_the_chat(house, played):
    words = played(WRITE, "Wrote one.")
    done = house.cli("chat", *words, stdin="write one\n/accept p9\n")
    assert done.returncode == Exit.NOT_FOUND
    assert "Next: /diff p1 · /accept p1 · /reject p1.1" in done.stdout
    done = house.cli("resume", "s1")
    assert "nothing of s1 was interrupted or waits" in done.stdout


def test_run_goes_on_with_a_session(house, played):
    words = played(WRITE, "Wrote one.", MORE, "Wrote two.")
    assert house.cli("run", "write one", *words).returncode == 0
    assert house.cli("run", "and two", "--session", "s1").returncode == 0
    roles = [line["role"] for line in map(json.loads, exported(house, "s1")[1:])]
    assert roles == [
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
        "user",
        "assistant",
        "tool",
        "assistant",
    ]
    assert house.cli("run", "x", "--session", "s9").returncode == Exit.NOT_FOUND


def exported(house, session):
    done = house.cli("export", session)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_kill_9_in_mid_session_loses_nothing_and_resume_goes_on(house, played):
    words = played(WRITE, "Wrote one.", call("run", command="sleep 5"), "Slept.", "And again.")
    house.cli("run", "write one", *words)
    client = RawClient(house.socket_path)
    client.initialize()
    turn = client.request("agentx/session/prompt", {"sessionId": "s1", "text": "sleep"})["result"]
    assert turn["fate"] == "started"
    until_running(house, "sleep 5")
    for mode, fate in (("queue", "waits"), ("steer", "joins")):
        params = {"sessionId": "s1", "text": f"said in {mode}", "queueMode": mode}
        assert client.request("agentx/session/prompt", params)["result"]["fate"] == fate
    house.kill()
    client.close()
    (session,) = house.json("sessions")
    assert [one["text"] for one in session["waiting"]] == ["said in queue", "said in steer"]
    assert session["openHunkIds"] == ["p1.1"]
    done = house.cli("resume", "s1", timeout_s=60)
    assert done.returncode in (0, Exit.NO_CHANGE), done.stdout + done.stderr
    ended(house, 3)
    (session,) = house.json("sessions")
    assert session["waiting"] == []
    said = "\n".join(exported(house, "s1"))
    for words in ("write one", "said in queue", "said in steer"):
        assert words in said
    assert "has no result" in said
    assert house.json("replay")["isSame"]


def until_running(house, command):
    for _ in range(300):
        lines = house.cli("log", "--json", "--type", "ToolCallRequested").stdout
        if command in lines:
            return
        time.sleep(0.1)
    raise AssertionError(lines)


def test_two_clients_of_one_session_see_the_same(house, played):
    words = played(call("run", command="sleep 2"), "Slept.", "Heard the other.")
    house.cli("tasks")
    clients = [RawClient(house.socket_path) for _ in range(2)]
    for client in clients:
        client.initialize()
        client.request("agentx/event/subscribe", {"after": 0})
    first = {"text": "sleep", "provider": words[1], "script": words[3]}
    session = clients[0].request("agentx/session/prompt", first)["result"]["sessionId"]
    until_running(house, "sleep 2")
    joined = clients[1].request(
        "agentx/session/prompt", {"sessionId": session, "text": "and hear me"}
    )["result"]
    assert joined["fate"] == "joins"
    ended(house, 1)
    seen = [records_of(client) for client in clients]
    n = min(map(len, seen))
    assert seen[0][:n] == seen[1][:n]
    kinds = [kind for _, kind, _ in seen[0]]
    assert kinds.count("PromptReceived") == 2
    assert [seq for seq, _, _ in seen[0]] == list(range(1, len(seen[0]) + 1))
    assert house.json("task", "t1")["transcript"][-2]["text"] == "and hear me"
    for client in clients:
        client.close()


def records_of(client):
    client.request("agentx/daemon/status", {})
    notes = [m for m in client.seen if m.get("method") == "agentx/event/published"]
    return [(r["seq"], r["type"], r["hash"]) for m in notes for r in m["params"]["records"]]


def test_ctrl_c_of_a_piped_chat_ends_the_turn_and_the_chat(house, played):
    words = played(call("run", command="sleep 60"), "Slept.")
    process = subprocess.Popen(
        [sys.executable, "-m", "agentxd_cli", "chat", *words],
        cwd=house.root,
        env=house.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write("sleep\nand more\n")
    process.stdin.flush()
    until_running(house, "sleep 60")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == Exit.CANCELLED
    process.communicate()
    (task,) = house.json("tasks")
    assert task["state"] == "cancelled"


@pytest.mark.parametrize("at", ["t1.m3", "last", "record"])
def test_a_fork_goes_on_from_any_point_with_another_model(house, played, at):
    house.cli("run", "write one", *played(WRITE, "One.", MORE, "Two."))
    house.cli("run", "write two", "--session", "s1")
    if at == "record":
        records = map(
            json.loads, house.cli("log", "--json", "--type", "TaskEnded").stdout.splitlines()
        )
        where = ["--at", str(next(records)["seq"])]
    else:
        where = ["--at", at] if at != "last" else []
    found = house.json("fork", "s1", *where, "--provider", "mechanic")["session"]
    wanted = {"t1.m3": "t1.m3", "last": "t2.m5", "record": "t1.m4"}[at]
    assert (found["at"], found["parentId"], found["provider"]) == (wanted, "s1", "mechanic")
    ours = [json.loads(line)["id"] for line in exported(house, found["id"])[1:]]
    theirs = [json.loads(line)["id"] for line in exported(house, "s1")[1:]]
    assert ours == theirs[: len(ours)]
    assert bool(found["openHunkIds"]) == (at == "last")
    assert house.cli("run", "sort imports", "--session", found["id"]).returncode in (0, 7)
    assert house.json("tasks")[-1]["provider"] == "mechanic"


BAD_FILES = {
    "": "there is no message in it",
    "{}\n": "line 1 is damaged",
    "[" * 100_000: "line 1 is damaged",
    '{"type":"session","version":99}\n': "newer than 1",
    '{"type":"message","id":"a","parent":"b","role":"user","parts":[]}\n': "unknown parent b",
    '{"type":"message","id":"a","parent":"a","role":"user","parts":[]}\n': "comes after itself",
    '{"type":"message","id":"a","parent":"","role":"system","parts":[]}\n': "has the role",
    '{"type":"message","id":"a","parent":"","role":"user","parts":[{"type":"text"}]}\n': "damaged",
    "x" * (5 << 20): "larger than 4 MiB",
}


def test_what_is_imported_is_not_trusted(shared_house):
    for text, reason in BAD_FILES.items():
        done = shared_house.cli("import", "-", stdin=text)
        assert done.returncode == Exit.USAGE, done.stdout
        assert reason in done.stderr, done.stderr
        assert done.stderr.count("\n") > 1, "it says what to do"
    assert shared_house.json("sessions") == []


def test_a_session_goes_out_and_comes_in_again_up_to_its_damage(house, played, tmp_path):
    house.cli("run", "write one", *played(WRITE, "One.", "Back again."))
    lines = exported(house, "s1")
    file = tmp_path / "s1.jsonl"
    file.write_text("\n".join(lines))
    assert house.json("import", str(file))["cut"] == ""
    again = [json.loads(line) for line in exported(house, "s2")[1:]]
    first = [json.loads(line) for line in lines[1:]]
    for key in ("role", "parts", "time", "model"):
        assert [line[key] for line in again] == [line[key] for line in first]
    file.write_text("\n".join([*lines[:3], lines[3][:40]]))
    found = house.json("import", str(file))
    assert "line 4 is damaged" in found["cut"]
    assert found["session"]["nMessages"] == 1
    assert (
        house.cli("run", "go on", "--session", "s2", *played("", "", "On.")).returncode
        == Exit.NO_CHANGE
    )
    opening = house.json("task", "t2")["transcript"][0]["text"]
    assert "look again before you rely on" in opening
