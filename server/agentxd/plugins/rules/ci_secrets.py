"""The rule ci-secret-leak: pipelines that hand out secrets, or run what a stranger wrote."""

from collections.abc import Iterator

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Example, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.ci_printing import (
    all_secrets,
    built_in,
    printed_by_name,
    printed_secrets,
)
from agentxd.plugins.rules.ci_steps import Entry, Step, entries, steps, triggers
from agentxd.plugins.rules.text import lines_of, text_of

_WORKFLOW = Lazy(
    r"(?:^|/)\.github/(?:workflows/[^/]+|actions/.+/action)\.ya?ml$|(?:^|/)action\.ya?ml$"
)
_PIPELINE = Lazy(
    r"(?:^|/)(?:\.gitlab-ci[^/]*\.ya?ml|\.gitlab/.+\.ya?ml|\.circleci/[^/]+\.ya?ml"
    r"|azure-pipelines[^/]*\.ya?ml|\.travis\.ya?ml|bitbucket-pipelines\.ya?ml|\.drone\.ya?ml"
    r"|Jenkinsfile[^/]*|\.buildkite/[^/]+\.ya?ml|appveyor\.ya?ml|\.woodpecker(?:/[^/]+)?\.ya?ml)$"
)
_EXPRESSION = Lazy(r"\$\{\{(.{1,400}?)\}\}")
_STRANGERS = Lazy(
    r"github\.head_ref|github\.event\.(?:(?:issue|pull_request|discussion)\.(?:title|body)"
    r"|(?:comment|review|review_comment)\.body|pull_request\.head\.(?:ref|label|repo\.\w+)"
    r"|pages\b.{1,20}\.page_name|(?:head_commit|commits\b.{1,9})\.(?:message|(?:author|committer)\.\w+)"
    r"|workflow_run\.(?:head_branch|display_title|head_commit\.\w+)|discussion_comment\.body)"
)
_COMPARED = Lazy(r"(?i)\b(?:contains|startswith|endswith|hashfiles)\(|[=!]=")
_PRIVILEGED = Lazy(r"\b(?:pull_request_target|workflow_run|issue_comment)\b")
_HEAD = Lazy(
    r"github\.head_ref|refs/pull/|github\.event\.(?:pull_request|workflow_run)\.(?:head|merge_commit)"
)
_FETCHED = Lazy(r"\bgh pr checkout\b|\bgit (?:fetch|pull)\b[^\n]*\bpull/|\bhub pr checkout\b")
_GATE = Lazy(r"labels|author_association|head\.repo\.full_name|head\.repo\.fork")
_ACTION = Lazy(r"(?P<owner>[\w.-]+)/[\w./-]+@(?P<ref>[^\s\"']+)")
_PINNED = Lazy(r"[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_BRANCH = Lazy(r"(?:main|master|develop|dev|trunk|latest|HEAD|next)$")
_TRUSTED = frozenset({"actions", "github"})
_OWN_SECRET = Lazy(r"\bsecrets\.(?!GITHUB_TOKEN\b)\w+")
_RUN = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
_TARGET = _RUN.replace("push", "pull_request_target")
_CHECKOUT = "      - uses: actions/checkout@v4\n        with:\n          ref: "
_PATH = ".github/workflows/ci.yml"


class CiSecrets:
    """Looks at the workflows of GitHub step by step, and at other pipelines line by line."""

    info = RuleInfo(
        id="ci-secret-leak",
        title="pipeline that gives away its secrets",
        severity=Severity.ERROR,
        doc=(
            "A pipeline holds the keys to publish and to deploy, and runs on what others send. "
            "Found as errors are titles, branch names and messages that strangers write, pasted "
            "into a script by `${{ … }}` (they can hold commands), and a check-out of a stranger's "
            "code under `pull_request_target`, `workflow_run` or `issue_comment`, which run with "
            "the secrets of the repository. Warnings are secrets that a script prints, by name or "
            "with the whole environment, all secrets at once (`toJSON(secrets)`), secrets that "
            "become build arguments of an image, and secrets that are handed to somebody else's "
            "action at a branch, which can change at any time. An action of others that is not "
            "pinned to a commit is a note.\n\n"
            "Read what strangers write from an environment variable, which no shell parses; split "
            "what needs secrets from what runs foreign code; pin actions to a commit."
        ),
        bad=(
            Example(
                _PATH, _RUN + "      - run: echo ${{ github.event.issue.title }} > title.txt\n"
            ),
            Example(
                _PATH,
                f"{_TARGET}{_CHECKOUT}${{{{ github.event.pull_request.head.sha }}}}\n"
                "      - run: make test\n",
            ),
            Example(_PATH, f"{_RUN}      - run: |\n          echo ${{{{ secrets.API_KEY }}}}\n"),
            Example(_PATH, f"{_RUN}      - uses: acme/deploy@v1\n"),
            Example(".gitlab-ci.yml", "build:\n  script:\n    - echo $DEPLOY_TOKEN\n"),
            Example(".circleci/config.yml", "a:\n  steps:\n    - run: echo $API_TOKEN\n"),
            Example(
                _PATH,
                f"{_RUN}      - run: env | sort\n        env:\n"
                "          KEY: ${{ secrets.KEY }}\n",
            ),
            Example(
                _PATH, f"{_RUN}      - run: docker build --build-arg KEY=${{{{ secrets.KEY }}}} .\n"
            ),
            Example(
                _PATH,
                f"{_RUN}      - run: python -c \"print('${{{{ secrets.KEY }}}}')\"\n",
            ),
            Example(
                _PATH,
                f"{_RUN}      - run: echo ${{{{ secrets.KEY }}}} >> $GITHUB_STEP_SUMMARY\n",
            ),
        ),
        good=(
            Example(
                _PATH,
                f'{_RUN}      - run: echo "$TITLE" > title.txt\n        env:\n'
                "          TITLE: ${{ github.event.issue.title }}\n",
            ),
            Example(_PATH, f"{_TARGET}      - uses: actions/checkout@v4\n      - run: make test\n"),
            Example(
                _PATH,
                f"{_RUN}      - run: echo ${{{{ secrets.KEY }}}} | docker login --password-stdin\n",
            ),
            Example(_PATH, f"{_RUN}      - uses: acme/deploy@{'0123456789' * 4}\n"),
            Example(".gitlab-ci.yml", "build:\n  script:\n    - echo $CI_COMMIT_SHA\n"),
            Example(
                _PATH,
                f"{_RUN}      - run: env -u CI make test\n        env:\n"
                "          KEY: ${{ secrets.KEY }}\n",
            ),
            Example(_PATH, f"{_RUN}      - run: env | sort\n"),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:  # noqa: ARG002  # the port
        """In files of pipelines only."""
        if not file.new or file.is_binary:
            return
        if _WORKFLOW.search(file.path):
            found = _in_workflow(lines_of(text_of(file)))
        elif _PIPELINE.search(file.path):
            found = _in_pipeline(lines_of(text_of(file)))
        else:
            return
        for line, told in sorted(found.items()):
            yield Finding(
                rule=self.info.id,
                severity=told.severity,
                path=file.path,
                line=line,
                message=told.message,
                advice=told.advice,
            )


class _Told(Struct, frozen=True):
    """What is to be said of a line."""

    severity: Severity
    message: str
    advice: str


def _in_workflow(lines: list[str]) -> dict[int, _Told]:
    """The worst of each line."""
    found = entries(lines)
    kept: dict[int, _Told] = {}
    for line, told in _troubles(found):
        if line not in kept or kept[line].severity.rank < told.severity.rank:
            kept[line] = told
    return kept


def _in_pipeline(lines: list[str]) -> dict[int, _Told]:
    return {line: _printed(name) for line, name in printed_by_name(lines)}


def _troubles(found: list[Entry]) -> Iterator[tuple[int, _Told]]:
    all_steps = steps(found)
    is_privileged = _PRIVILEGED.search(triggers(found)) is not None
    for step in all_steps:
        for script in step.scripts():
            yield from _strangers(script)
        for line, name in printed_secrets(step, found):
            yield line, _printed(name)
        if is_privileged:
            yield from _foreign_code(step, all_steps, found)
        yield from _foreign_action(step)
    for line, name in built_in(found):
        yield line, _built_in(name)
    for line in all_secrets(found):
        yield (
            line,
            _Told(
                Severity.WARNING,
                "all secrets of the repository are handed out at once",
                "Name the secrets that are needed",
            ),
        )


def _strangers(script: Entry) -> Iterator[tuple[int, _Told]]:
    """Expressions whose value somebody without rights may write."""
    for number, text in script.texts():
        for expression in _EXPRESSION.finditer(text):
            context = _STRANGERS.search(expression[1])
            if context is not None and not _COMPARED.search(expression[1]):
                yield (
                    number,
                    _Told(
                        Severity.ERROR,
                        f"{context[0]} is pasted into a script: whoever writes it can run commands",
                        "Hand it over in env, and read the variable in quotes",
                    ),
                )


def _printed(name: str) -> _Told:
    return _Told(
        Severity.WARNING,
        f"{name} is printed to the log",
        "Do not print it; hand it to the program that needs it by its environment or its input",
    )


def _built_in(name: str) -> _Told:
    return _Told(
        Severity.WARNING,
        f"the secret {name} becomes a build argument, which the image's history shows",
        "Mount it while the image is built: docker build --secret",
    )


def _foreign_code(
    step: Step, all_steps: list[Step], found: list[Entry]
) -> Iterator[tuple[int, _Told]]:
    """A stranger's commit, checked out where secrets are at hand."""
    line = _checked_out(step)
    if line < 0:
        return
    later = [one for one in all_steps if one.job == step.job and one.entries[0].line > line]
    runs = any(one.get("run") or _is_local(one) for one in later) or step.get("run") is not None
    severity = Severity.WARNING if any(map(_is_gate, found)) else Severity.ERROR
    yield (
        line,
        _Told(
            severity if runs else Severity.NOTE,
            "a stranger's code is checked out where the repository's secrets are at hand",
            "Use the pull_request trigger, or do not run what was checked out",
        ),
    )


def _checked_out(step: Step) -> int:
    """The line that takes the foreign commit; -1 for none."""
    uses = step.uses
    if uses is not None and uses.value.strip("\"'").startswith("actions/checkout@"):
        return next((one.line for one in step.below("with") if _HEAD.search(one.value)), -1)
    run = step.get("run")
    texts = run.texts() if run is not None else iter(())
    return next((line for line, text in texts if _FETCHED.search(text)), -1)


def _is_gate(entry: Entry) -> bool:
    """Somebody with rights must have looked, or it is no stranger's."""
    is_asked = entry.path[-1] == "if" and _GATE.search(entry.value) is not None
    return is_asked or entry.path[-1] == "environment"


def _is_local(step: Step) -> bool:
    return step.uses is not None and step.uses.value.strip("\"'").startswith("./")


def _foreign_action(step: Step) -> Iterator[tuple[int, _Told]]:
    """Somebody else's action, which may be another one tomorrow."""
    uses = step.uses
    match = _ACTION.match(uses.value.strip("\"'")) if uses is not None else None
    if uses is None or match is None or match["owner"].lower() in _TRUSTED:
        return
    if _PINNED.match(match["ref"]):
        return
    handed = [*step.below("with"), *step.below("env")]
    has_secret = any(_OWN_SECRET.search(one.value) for one in handed)
    is_worse = has_secret and _BRANCH.match(match["ref"]) is not None
    what = "gets secrets and is" if has_secret else "is"
    yield (
        uses.line,
        _Told(
            Severity.WARNING if is_worse else Severity.NOTE,
            f"an action of {match['owner']} {what} not pinned to a commit",
            "Pin it: the commit's whole hash after the @, the version in a comment",
        ),
    )
