"""The commands as a user types them, against the real daemon."""

import json
import os
import signal
import subprocess
import sys
import time

from agentxd_cli.exit_codes import BY_ERROR, BY_OUTCOME, Exit

RATES = "parcel/rates.py"


def test_exit_codes_are_distinct_and_only_success_is_zero():
    codes = [
        Exit.DENIED,
        Exit.BUDGET_EXHAUSTED,
        Exit.NO_CHANGE,
        Exit.CONFLICT,
        Exit.CHECKS_FAILED,
        Exit.CANCELLED,
        Exit.INTERRUPTED,
    ]
    assert len(set(codes)) == len(codes)
    assert 0 not in codes
    assert [name for name, code in BY_OUTCOME.items() if code == 0] == ["completed"]
    assert 0 not in BY_ERROR.values()


def test_from_run_to_undo_and_the_diff_is_one_that_git_takes(house):
    done = house.cli("run", "fix lint and modernise syntax", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    proposal = json.loads(done.stdout.splitlines()[-1])["proposals"][0]
    assert {ran["phase"] for ran in proposal["evidence"]} == {"before", "after"}
    diff = house.cli("diff", "p1").stdout
    check = subprocess.run(
        ["git", "apply", "--check", "-"], cwd=house.root, input=diff, text=True, check=False
    )
    assert check.returncode == 0
    before = (house.root / RATES).read_bytes()
    name = proposal["hunks"][0]["id"]
    assert house.cli("accept", name).returncode == 0
    assert (house.root / RATES).read_bytes() != before
    assert house.cli("accept", name).returncode == Exit.WRONG_STATE
    assert house.cli("undo", name).returncode == 0
    assert (house.root / RATES).read_bytes() == before
    assert house.json("replay")["isSame"]


def test_a_rejected_hunk_is_not_accepted_with_the_whole_proposal(house):
    house.cli("run", "fix lint and modernise syntax")
    hunks = [hunk["id"] for hunk in house.json("proposals")[0]["hunks"]]
    house.cli("reject", hunks[0])
    assert house.cli("accept", "p1").returncode == 0
    states = {hunk["id"]: hunk["state"] for hunk in house.json("proposals")[0]["hunks"]}
    assert states.pop(hunks[0]) == "rejected"
    assert set(states.values()) == {"applied"}


def test_a_conflict_has_its_own_exit_code_and_both_sides(house):
    house.cli("run", "fix lint and modernise syntax")
    path = house.root / RATES
    path.write_text(path.read_text().replace("import os\nimport sys\n", "import os, re\n"))
    name = next(h["id"] for h in house.json("proposals")[0]["hunks"] if h["path"] == RATES)
    done = house.cli("accept", name)
    assert done.returncode == Exit.CONFLICT
    assert "import os, re" in done.stdout
    assert "import os, re" in path.read_text()


def test_a_goal_without_rule_says_which_goals_there_are(house):
    done = house.cli("run", "write me a compiler")
    assert done.returncode == Exit.GOAL_NOT_UNDERSTOOD
    assert "fix lint" in done.stdout


def test_nothing_to_change_is_no_success(house):
    assert house.cli("run", "fix lint", "--apply", "all").returncode == 0
    subprocess.run(["git", "commit", "-qam", "x"], cwd=house.root, check=True)
    done = house.cli("run", "sort imports in tests")
    assert done.returncode == Exit.NO_CHANGE, done.stdout


def test_apply_verified_accepts_what_passes(house):
    done = house.cli("run", "fix lint", "--apply", "verified", "--json")
    assert done.returncode == 0, done.stdout
    states = {h["state"] for h in house.json("proposals")[0]["hunks"]}
    assert states == {"applied"}
    assert house.json("proposals")[0]["hunks"][0]["state"] == "applied"


def test_a_verified_accept_that_fails_changes_nothing(house):
    house.cli("run", "fix lint")
    house.cli("config", "set", "check_commands", '["false"]')
    before = (house.root / RATES).read_bytes()
    done = house.cli("accept", "p1", "--verify")
    assert done.returncode == Exit.CHECKS_FAILED
    assert (house.root / RATES).read_bytes() == before


def script(house, *steps):
    path = house.root.parent / "script.json"
    path.write_text(json.dumps({"steps": list(steps)}))
    return str(path)


def test_invariant_12_a_budget_is_reserved_before_the_call(house):
    step = {"calls": [{"name": "list", "arguments": {}}]}
    path = script(house, step, step, step, {"text": "done"})
    done = house.cli("run", "x", "--provider", "scripted", "--script", path, "--budget", "steps=2")
    assert done.returncode == Exit.BUDGET_EXHAUSTED, done.stdout
    task = house.json("task", "t1")["task"]
    assert task["nSteps"] == 2


def test_a_denied_command_is_no_success(house):
    house.cli("config", "set", "permission_deny", '["run(rm *)"]')
    path = script(
        house,
        {"calls": [{"name": "run", "arguments": {"command": "cd /tmp && rm -rf x"}}]},
        {"text": "I could not."},
    )
    done = house.cli("run", "x", "--provider", "scripted", "--script", path)
    assert done.returncode == Exit.DENIED, done.stdout


def test_an_approval_is_answered_from_another_client(house):
    house.cli("config", "set", "permission_ask", '["run"]')
    path = script(
        house,
        {"calls": [{"name": "run", "arguments": {"command": "echo hi > new.txt"}}]},
        {"text": "done"},
    )
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "agentxd_cli",
            "run",
            "x",
            "--provider",
            "scripted",
            "--script",
            path,
        ],
        cwd=house.root,
        env=house.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    for _ in range(200):
        waiting = house.json("approvals")
        if waiting:
            break
        time.sleep(0.05)
    assert house.cli("approve", waiting[0]["id"], "allow").returncode == 0
    assert process.wait(timeout=30) == 0
    assert house.cli("approve", waiting[0]["id"], "deny").returncode == Exit.WRONG_STATE


def test_ctrl_c_leaves_nothing_behind(house):
    path = script(house, {"calls": [{"name": "run", "arguments": {"command": "sleep 60"}}]})
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "agentxd_cli",
            "run",
            "x",
            "--provider",
            "scripted",
            "--script",
            path,
        ],
        cwd=house.root,
        env=house.env,
        stdout=subprocess.PIPE,
    )
    for _ in range(200):
        kinds = [
            json.loads(line)["type"] for line in house.cli("log", "--json").stdout.splitlines()
        ]
        if "ToolCallRequested" in kinds:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == Exit.CANCELLED
    assert house.json("task", "t1")["task"]["state"] == "cancelled"
    assert not any((house.state_dir / "sandboxes").iterdir())


def test_edit_changes_what_is_accepted(house):
    house.cli("run", "fix lint and modernise syntax")
    hunk = next(h for h in house.json("proposals")[0]["hunks"] if "import os" in h["oldText"])
    done = house.cli(
        "edit", hunk["id"], "--file", "-", stdin="from typing import Optional  # mine\n"
    )
    assert done.returncode == 0, done.stderr
    assert house.cli("accept", hunk["id"]).returncode == 0
    assert "# mine" in (house.root / hunk["path"]).read_text()


def test_errors_in_json_are_json(house):
    done = house.cli("show", "p99", "--json")
    assert done.returncode == Exit.NOT_FOUND
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "not_found"
    assert error["nextStep"]


def test_the_repository_cannot_loosen_the_rules(house):
    folder = house.root / ".agent"
    folder.mkdir()
    (folder / "settings.json").write_text(
        json.dumps({"allow_unsafe_sandbox": True, "permission_allow": ["run"], "budget_steps": 3})
    )
    found = house.json("config", "list")
    assert found["allow_unsafe_sandbox"] is False
    assert found["permission_allow"] == []
    assert found["budget_steps"] == 3
    assert any("allow_unsafe_sandbox" in w for w in house.json("status")["warnings"])
    done = house.cli("config", "set", "allow_unsafe_sandbox", "true")
    assert done.returncode == Exit.USAGE


def test_no_colour_and_no_escape_codes_without_a_terminal(house):
    assert "\x1b" not in house.cli("run", "fix lint").stdout
    assert "\x1b" not in house.cli("show", "p1").stdout


def test_log_filters_and_is_json_lines(house):
    house.cli("run", "fix lint")
    lines = house.cli("log", "--json", "--type", "ProposalCreated").stdout.splitlines()
    assert [json.loads(line)["type"] for line in lines] == ["ProposalCreated"]


def test_completion_scripts_are_good_shell(house):
    for shell in ("bash", "zsh", "fish"):
        done = house.cli("completion", shell)
        assert done.returncode == 0
        assert "proposals" in done.stdout
    check = subprocess.run(
        ["bash", "-n"], input=house.cli("completion", "bash").stdout, text=True, check=False
    )
    assert check.returncode == 0


def test_usage_errors_are_two(house):
    assert house.cli("accept").returncode == Exit.USAGE
    assert house.cli("nonsense").returncode == Exit.USAGE
    assert house.cli("run", "x", "--budget", "steps=many").returncode == Exit.USAGE


def test_the_demo_plays_to_its_end(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "agentxd_cli", "demo"],
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, "TMPDIR": str(tmp_path), "OPENAI_API_KEY": "not to be used"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the typed line is still there" in done.stdout
    assert "the same state" in done.stdout


def test_options_may_stand_between_the_words(house):
    for words in ("--scope user provider mechanic", "provider --scope user mechanic"):
        assert house.cli("config", "set", *words.split()).returncode == 0
    assert "(user)" in house.cli("config", "get", "provider").stdout
    assert house.cli("run", "--", "-x").returncode == Exit.GOAL_NOT_UNDERSTOOD
