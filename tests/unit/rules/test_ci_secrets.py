"""Pipelines that give away secrets, or run what strangers wrote, are found line by line."""

import pytest
from agentxd.kernel.review import Example
from agentxd.plugins.rules.ci_secrets import CiSecrets
from agentxd.plugins.rules.ci_steps import entries, steps, triggers
from review_parts import findings_of, ground_of

PATH = ".github/workflows/ci.yml"
SHA = "0123456789" * 4


def flow(step, on="push", env="", above=""):
    head = f"on: {on}\n{env}jobs:\n  a:\n    runs-on: ubuntu-latest\n{above}    steps:\n"
    return head + "".join(f"      {line}\n" for line in step.split("\n"))


CHECKOUT = "- uses: actions/checkout@v4\n  with:\n    ref: ${{ %s }}\n- run: make"
HEAD = CHECKOUT % "github.event.pull_request.head.sha"
BAD = [
    (flow("- run: echo ${{ github.event.issue.title }}"), "error"),
    (flow("- run: |\n    a\n    b '${{ github.event.pull_request.body }}'"), "error"),
    (flow("- name: x\n  run: git checkout ${{ github.head_ref }}"), "error"),
    (flow("- run: echo ${{ github.event.head_commit.message }} > a"), "error"),
    (flow("- run: echo ${{ github.event.commits[0].author.name }} > a"), "error"),
    (flow("- uses: actions/github-script@v7\n  with:\n    script: |\n      f('${{ github.event.comment.body }}')"), "error"),
    (flow("- run: echo ${{ github.event.issue.title || 'x' }} > a"), "error"),
    (flow(HEAD, on="pull_request_target"), "error"),
    (flow(HEAD, on="[push, pull_request_target]"), "error"),
    (flow(HEAD, on="\n  pull_request_target:\n    types: [opened]"), "error"),
    (flow(CHECKOUT % "github.event.workflow_run.head_branch", on="\n  workflow_run:\n    workflows: [a]"), "error"),
    (flow("- run: |\n    gh pr checkout 1\n    make", on="issue_comment"), "error"),
    (flow(HEAD, on="pull_request_target", above="    environment: review\n"), "warning"),
    (flow(HEAD.replace("\n- run: make", ""), on="pull_request_target"), "note"),
    (flow("- run: echo ${{ secrets.KEY }}"), "warning"),
    (flow('- run: |\n    set -e\n    echo "key is $KEY"\n  env:\n    KEY: ${{ secrets.KEY }}'), "warning"),
    (flow("- run: echo $KEY", env="env:\n  KEY: ${{ secrets.KEY }}\n"), "warning"),
    (flow("- run: echo ${KEY} | base64", above="    env:\n      KEY: ${{ secrets.KEY }}\n"), "warning"),
    (flow("- run: ./x\n  env:\n    ALL: ${{ toJSON(secrets) }}"), "warning"),
    (flow("- uses: acme/a@main\n  with:\n    key: ${{ secrets.KEY }}"), "warning"),
    (flow("- uses: acme/a@v1\n  with:\n    key: ${{ secrets.KEY }}"), "note"),
    (flow("- uses: acme/a/sub@v1.2"), "note"),
]  # fmt: skip
GOOD = [
    flow('- run: echo "$T" > a\n  env:\n    T: ${{ github.event.issue.title }}'),
    flow("- run: echo ${{ github.event.pull_request.number }} ${{ github.sha }} > a"),
    flow("- run: echo ${{ contains(github.event.issue.title, 'x') }} > a"),
    flow("- if: github.event.issue.title == 'x'\n  run: make"),
    flow("- name: ${{ github.event.issue.title }}\n  run: make"),
    flow(HEAD, on="pull_request"), flow("- uses: actions/checkout@v4\n- run: make", on="pull_request_target"),
    flow("- uses: actions/labeler@v5", on="pull_request_target"),
    flow("- run: echo ${{ secrets.KEY }} | docker login --password-stdin"),
    flow("- run: |\n    echo ${{ secrets.KEY }} \\\n      | docker login --password-stdin"),
    flow('- run: echo "${{ secrets.KEY }}" > key.pem'), flow('- run: echo "::add-mask::$KEY"\n  env:\n    KEY: ${{ secrets.KEY }}'),
    flow("- run: echo $KEY"), flow("- run: ./deploy\n  env:\n    KEY: ${{ secrets.KEY }}"),
    flow("- run: echo ${KEY:+set}\n  env:\n    KEY: ${{ secrets.KEY }}"),
    flow(f"- uses: acme/a@{SHA}  # v1\n  with:\n    key: ${{{{ secrets.KEY }}}}"),
    flow("- uses: ./local"), flow("- uses: actions/cache@v4"), "", "on: push\n", "- a\n- b\n",
]  # fmt: skip
PIPELINES = [
    (".gitlab-ci.yml", "a:\n  script:\n    - echo $DEPLOY_TOKEN\n", 1),
    (".gitlab-ci.yml", 'a:\n  script:\n    - echo "pw ${DB_PASSWORD}"\n', 1),
    (".circleci/config.yml", "jobs:\n  a:\n    steps:\n      - run: echo $API_KEY\n", 1),
    ("Jenkinsfile", "sh '''\necho \"$NPM_TOKEN\"\n'''\n", 1),
    (".gitlab-ci.yml", "a:\n  script:\n    - echo $CI_COMMIT_SHA\n", 0),
    (".gitlab-ci.yml", "a:\n  script:\n    - echo $CI_REGISTRY_PASSWORD | docker login --password-stdin\n", 0),
    (".gitlab-ci.yml", "a:\n  script:\n    - echo $SIGNING_KEY > key\n    # echo $DEPLOY_TOKEN\n", 0),
    ("scripts/a.yml", "a:\n  script:\n    - echo $DEPLOY_TOKEN\n", 0),
]  # fmt: skip


def found(path, new, old=None):
    return findings_of(CiSecrets(), ground_of(Example(path, new, old)))


@pytest.mark.parametrize(("text", "severity"), BAD)
def test_workflows_that_give_away_what_they_hold(text, severity):
    told = found(PATH, text)
    assert [str(one.severity) for one in told] == [severity]


@pytest.mark.parametrize("text", GOOD)
def test_workflows_that_take_care(text):
    assert found(PATH, text) == []


@pytest.mark.parametrize(("path", "text", "n"), PIPELINES)
def test_other_pipelines_that_print_what_sounds_like_a_secret(path, text, n):
    assert len(found(path, text)) == n


def test_the_composite_action_of_a_repository_is_read_too():
    text = "runs:\n  using: composite\n  steps:\n    - run: echo ${{ github.head_ref }}\n      shell: sh\n"
    assert [one.line for one in found("action.yml", text)] == [3]


def test_steps_are_read_with_what_belongs_to_them():
    text = flow(
        "- name: one\n  run: |\n    a\n\n    b\n- uses: x/y@v1\n  with: {a: b}\n  env:\n    K: v # c"
    )
    read = steps(entries(text.split("\n")))
    assert [step.job for step in read] == ["a", "a"]
    assert [text.strip() for _, text in read[0].get("run").texts()] == ["a", "", "b"]
    assert read[1].uses.value == "x/y@v1"
    assert [(one.path[-1], one.value) for one in read[1].below("env")] == [("K", "v")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("on: push\n", ["push"]), ("on: [a, b]\n", ["[a,", "b]"]), ("'on':\n  a:\n    c: d\n", ["a"]),
        ("on:\n- a\n- b\n", ["a", "b"]), ('"on": a\n', ["a"]),
    ],
)  # fmt: skip
def test_triggers_are_read_however_they_are_written(text, words):
    assert set(words) <= set(triggers(entries(text.split("\n"))).split())
