"""`agentxd review` as people use it: with no daemon, in a real repository."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from repositories import Repository

CLASH = "a = 1\n" + "<" * 7 + " HEAD\nb = 2\n"


@pytest.fixture
def project(tmp_path):
    """A repository with one commit, and nobody's settings."""
    home = tmp_path / "home"
    home.mkdir()
    own = {"HOME": str(home), "AGENTXD_STATE_DIR": str(tmp_path / "state")}
    own |= {"AGENTXD_RUNTIME_DIR": str(tmp_path / "run"), "COLUMNS": "100"}
    repository = Repository(tmp_path / "projekt größe", environment=own)
    repository.commit({"a.py": "a = 1\n", "b.py": "def f(x):\n    return x\n"}, "first")
    return repository


def agentxd(project, *words, stdin=b"", cwd=None, **environment):
    return subprocess.run(
        [sys.executable, "-P", "-m", "agentxd_cli", *words],
        cwd=cwd or project.root,
        env=project.environment | environment,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )


def review(project, *words, **rest):
    return agentxd(project, "review", *words, **rest)


def found(done):
    return [(one["rule"], one["path"], one["line"]) for one in json.loads(done.stdout)["findings"]]


def test_nothing_wrong_is_a_pass_and_starts_no_daemon(project):
    project.write("a.py", "a = 2\n")
    done = review(project)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"no findings in 1 file" in done.stdout
    assert not list(Path(project.environment["HOME"]).iterdir())
    assert agentxd(project, "status").stdout.startswith(b"no daemon runs")


@pytest.mark.parametrize(
    "words", [(), ("--working",), ("--staged",), ("--base", "main~0"), ("HEAD~1..HEAD",), ("HEAD",)]
)
def test_every_way_to_name_a_change(project, words):
    project.write("a.py", CLASH)
    if words not in ((), ("--working",)):
        project.git("add", "-A")
    if words and words[0].startswith("HEAD"):
        project.commit({}, "second")
    done = review(project, *words, "--json")
    assert (done.returncode, found(done)) == (19, [("conflict-marker", "a.py", 2)]), done.stderr


def test_a_diff_from_elsewhere(project):
    project.write("a.py", CLASH)
    diff = project.run("diff").stdout
    project.git("checkout", "-q", "a.py")
    done = review(project, "--stdin-diff", "--json", stdin=diff)
    assert (done.returncode, found(done)) == (19, [("conflict-marker", "a.py", 2)]), done.stderr


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 19), ("warning", 19), ("note", 19), ("never", 0)]
)
def test_the_exit_code_says_what_was_found(project, fail_on, code):
    project.write("a.py", CLASH)
    assert review(project, "--fail-on", fail_on).returncode == code


def test_a_warning_fails_where_it_is_not_to_pass(project):
    project.write(
        "a.py", "import subprocess\n\n\ndef f(x):\n    subprocess.run('ls ' + x, shell=True)\n"
    )
    assert review(project).returncode == 0
    assert review(project, "--fail-on", "warning").returncode == 20


def test_a_review_that_was_not_made_in_time_is_no_pass(project):
    project.write("a.py", "a = 2\n")
    done = review(project, "--time-budget", "0.000001", "--json")
    assert done.returncode == 22
    report = json.loads(done.stdout)
    assert all(item["reason"].startswith("time:") for item in report["unreviewed"])
    assert len(report["unreviewed"]) > 10
    assert b"did not look at the change" in review(project, "--time-budget", "0.000001").stdout


@pytest.mark.parametrize("name", ["json", "sarif", "rdjson", "gitlab"])
def test_reports_are_printed_and_written(project, name, tmp_path):
    project.write("a.py", CLASH)
    place = tmp_path / "report"
    done = review(project, "--format", name, "--output", f"markdown={place}")
    assert done.returncode == 19
    assert "conflict-marker" in json.dumps(json.loads(done.stdout))
    assert "a.py" in place.read_text()


def test_an_answer_is_kept_and_not_asked_again(project):
    project.write("a.py", CLASH)
    [one] = json.loads(review(project, "--json").stdout)["findings"]
    asked = agentxd(project, "answer", one["fingerprint"][:8], "false-positive")
    assert asked.returncode == 2
    assert b"reason" in asked.stderr
    words = ("answer", one["fingerprint"][:8], "false-positive", "--reason", "it is a test's data")
    told = json.loads(agentxd(project, *words, "--json").stdout)
    assert told["answer"]["fingerprint"] == one["fingerprint"]
    assert agentxd(project, *words).returncode == 0
    assert "it is a test's data" in (project.root / ".agent/review-answers.toml").read_text()
    done = review(project)
    assert done.returncode == 0
    assert b"1 answered" in done.stdout
    project.write("a.py", "zero = 0\n\n" + CLASH)  # the lines move, the answer holds
    assert review(project).returncode == 0
    assert agentxd(project, "answer", "0123456789", "later", "--reason", "x").returncode != 0


def test_a_baseline_makes_old_what_is_there(project):
    project.commit({"old.py": CLASH}, "of long ago")
    done = review(project, "--all", "--write-baseline")
    assert done.returncode == 19
    assert b"findings are old from now on: .agent/review-baseline.json" in done.stdout
    for words in (("--all",), ("HEAD~1..HEAD",), ("HEAD~1..HEAD", "--filter-mode", "nofilter")):
        assert review(project, *words).returncode == 0
    project.write("old.py", CLASH + "c = 3\n" + "<" * 7 + " other\n")
    assert review(project, "--filter-mode", "nofilter").returncode == 19


def test_what_was_not_there_to_be_looked_at_is_told(project):
    project.commit({"a.py": CLASH}, "committed, and no remote to compare with")
    done = review(project)
    assert done.returncode == 0
    assert b"nothing to review" in done.stdout
    assert b"no remote has this branch" in done.stdout


def test_what_makes_it_fail_is_shown_too(project):
    project.write("a.py", "a = 1  # TODO: write\n")
    assert review(project).returncode == 0
    done = review(project, "--fail-on", "note")
    assert done.returncode == 21
    assert b"todo-without-owner" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--reviewer", "security"), 2, b"--with-model"),
        (("--output", "junit=-"), 2, b"--format"),
        (("no-such-branch",), 3, b"no-such-branch"),
        (("--staged", "--working"), 2, b"different changes"),
        (("--output", "pdf=x"), 2, b"FORMAT=FILE"),
        (("--rule", "no-such-rule"), 2, b"agentxd rules"),
        (("--stdin-diff",), 2, b"diff"),
    ],
)
def test_wrong_words_are_told_with_what_to_do(project, words, code, said):
    done = review(project, *words, stdin=b"@@ nonsense\n")
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_folder_that_is_no_repository(tmp_path, project):
    empty = tmp_path / "empty"
    empty.mkdir()
    done = review(project, cwd=empty)
    assert done.returncode == 15
    assert b"is no git repository" in done.stderr


def test_rules_are_listed_and_explained(project):
    done = agentxd(project, "rules")
    assert b"conflict-marker" in done.stdout
    page = agentxd(project, "rules", "conflict-marker").stdout
    assert b"## Found" in page
    known = json.loads(agentxd(project, "rules", "--json").stdout)
    assert len(known) >= 20
    assert agentxd(project, "rules", "nothing").returncode == 3


def test_nothing_of_the_repository_is_loaded(project):
    for name in ("msgspec", "json", "agentxd", "tree_sitter", "tomllib"):
        project.write(f"{name}.py", f"raise SystemExit('loaded {name}')\n")
    done = review(project, "--format", "json")
    assert done.returncode == 0, done.stderr


def test_a_rule_that_is_off_does_not_run(project):
    project.write(".agent/settings.json", '{"review_off": ["conflict-marker"]}')
    project.write("a.py", CLASH)
    assert "conflict-marker" not in {rule for rule, _, _ in found(review(project, "--json"))}
