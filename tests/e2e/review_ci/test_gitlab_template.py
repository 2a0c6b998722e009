"""The job of templates/gitlab-review.yml, run in a clone of a real remote."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from e2e.review_ci.blocks import ROOT, scripts
from e2e.review_ci.repositories import AGENTXD, CLEAN, CONFLICT, Repository, run_script

INSTALL, REVIEW = scripts("templates/gitlab-review.yml")
TEMPLATE = (ROOT / "templates/gitlab-review.yml").read_text()
DEFAULTS = {
    "AGENTXD_BASE": "",
    "AGENTXD_FAIL_ON": "error",
    "AGENTXD_MIN_SEVERITY": "warning",
    "AGENTXD_FILTER_MODE": "added",
    "CI": "true",
    "GITLAB_CI": "true",
}


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def job(repository, cwd, **variables):
    environment = repository.environment(**{**DEFAULTS, **variables})
    return run_script(f"agentxd={AGENTXD.parent}\n{REVIEW}", cwd, environment)


def test_a_merge_request_with_a_mistake_fails_with_both_reports(repository, tmp_path):
    base = repository.git("rev-parse", "main")
    head = repository.branch("topic", {"bad.py": CONFLICT})
    clone = repository.cloned(tmp_path / "clone", head)
    done = job(repository, clone, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert done.returncode == 19, done.stderr
    assert "bad.py" in done.stdout
    quality = json.loads((clone / "gl-code-quality-report.json").read_text())
    assert {one["location"]["path"] for one in quality} == {"bad.py"}
    assert all(
        {"description", "check_name", "fingerprint", "severity"} <= set(one) for one in quality
    )
    assert ET.parse(clone / "agentxd-review.xml").getroot().iter("failure")  # noqa: S314  # our own


def test_a_good_one_passes_with_an_empty_report(repository, tmp_path):
    base = repository.git("rev-parse", "main")
    head = repository.branch("topic", {"more.py": CLEAN})
    clone = repository.cloned(tmp_path / "clone", head)
    done = job(repository, clone, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert done.returncode == 0, done.stderr
    assert json.loads((clone / "gl-code-quality-report.json").read_text()) == []


def test_a_pipeline_for_merged_results_reviews_the_merge_request_alone(repository, tmp_path):
    parted = repository.git("rev-parse", "main")
    repository.branch("topic", {"more.py": CLEAN})
    repository.git("checkout", "-q", "main")
    target = repository.commit({"bad.py": CONFLICT})
    repository.git("merge", "-q", "--no-edit", "topic")
    repository.git("push", "-q", "origin", "main")
    clone = repository.cloned(tmp_path / "clone", repository.git("rev-parse", "HEAD"))
    variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": parted}
    variables |= {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target}
    assert job(repository, clone, **variables).returncode == 0
    assert job(repository, clone, AGENTXD_BASE=parted, **variables).returncode == 19


def test_without_a_base_it_is_no_pass(repository, tmp_path):
    clone = repository.cloned(tmp_path / "clone", repository.git("rev-parse", "main"))
    done = job(repository, clone)
    assert done.returncode == 2
    assert "AGENTXD_BASE" in done.stderr


def test_without_a_source_nothing_is_installed(repository, tmp_path):
    done = run_script(
        INSTALL, tmp_path, repository.environment(AGENTXD_SOURCE="", TMPDIR=str(tmp_path))
    )
    assert done.returncode == 2
    assert "AGENTXD_SOURCE" in done.stderr
    assert not (tmp_path / "agentxd").exists()


def test_its_variables_have_the_defaults_of_the_tests():
    told = dict(re.findall(r"^  (AGENTXD_\w+): (\S+)", TEMPLATE, re.MULTILINE))
    expected = {key: value for key, value in DEFAULTS.items() if key.startswith("AGENTXD")}
    assert {
        key: value.strip('"') for key, value in told.items() if key != "AGENTXD_SOURCE"
    } == expected
