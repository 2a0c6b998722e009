"""The permission gate: allow, ask or deny for every tool call, and the rule that said so.

Deny beats ask beats allow. A command is parsed into its simple commands: an allow needs every
one of them allowed, a deny needs any, and what cannot be read is never let through silently.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from agentxd.agents.shell import SimpleCommand, UnreadableError, read_command
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.messages import ToolSpec

_RULE = re.compile(r"^(?P<tool>[\w*-]+)(?:\((?P<pattern>.*)\))?$", re.DOTALL)


_DEFAULT = "default"
"""Source of the rules that hold where the user wrote nothing."""


class Action(Enum):
    """What a rule says, the mightier the later."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


_MIGHT = (Action.ALLOW, Action.ASK, Action.DENY)


class Rule(Struct, frozen=True):
    """One line of the settings, read."""

    action: Action
    tool: str
    """A tool's name, or a pattern of names."""
    pattern: str | None = None
    """Shell-style pattern over the path, the simple command or the question; None for all."""
    source: str = _DEFAULT

    def __str__(self) -> str:
        words = self.tool if self.pattern is None else f"{self.tool}({self.pattern})"
        return f"{self.source} {self.action.value} {words}"

    @property
    def program(self) -> str:
        """First word of a command pattern."""
        return (self.pattern or "").split(" ")[0]

    def covers(self, tool: str, subject: str) -> bool:
        """Whether this rule speaks of such a use."""
        return fnmatchcase(tool, self.tool) and (
            self.pattern is None or _matches(subject, self.pattern)
        )


class Verdict(Struct, frozen=True):
    """The gate's answer."""

    action: Action
    rule: str
    """The rule that matched, as the user wrote it, with where it is from."""
    subject: str
    """What was judged: a command, a path, a question."""
    why: str = ""
    always: tuple[str, ...] = ()
    """Where it asks: the rules that would allow it from now on; empty where none would."""
    never: tuple[str, ...] = ()
    """The rules that would refuse it from now on."""
    note: str = ""
    """Why one of them is missing."""

    @property
    def text(self) -> str:
        """For the log: the action and its rule."""
        return f"{self.action.value}: {self.rule}"


class Use(Struct, frozen=True):
    """One thing that a call does: a tool with the subject that patterns look at."""

    tool: str
    subject: str
    plain: str = ""
    """The subject without what only disguises it; rules that deny or ask look at it as well."""
    is_open: bool = False
    """True where part of the subject is only known when it runs (`xargs`, `$X`, `$(…)`)."""


class Gate:
    """Judges tool calls by an ordered set of rules; the defaults come last."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)

    def judge(self, spec: ToolSpec, arguments: Mapping[str, Any]) -> Verdict:
        """The verdict for one call."""
        subject = subject_of(arguments)
        if spec.risk != "run":
            return self._judge_use(Use(spec.name, subject))
        try:
            commands = read_command(subject)
        except UnreadableError as error:
            return self._unreadable(spec.name, subject, str(error))
        uses = [use for command in commands for use in _uses(spec.name, command)]
        return self._mightiest([self._judge_use(use) for use in uses], spec.name, subject)

    def asked_uses(self, spec: ToolSpec, arguments: Mapping[str, Any]) -> tuple[Use, ...]:
        """What of a call a person is asked about; nothing where it cannot be told apart."""
        subject = subject_of(arguments)
        uses = [Use(spec.name, subject)]
        if spec.risk == "run":
            try:
                commands = read_command(subject)
            except UnreadableError:
                return ()
            uses = [use for command in commands for use in _uses(spec.name, command)]
        return tuple(use for use in uses if self._judge_use(use).action is Action.ASK)

    def with_rules(self, action: Action, lines: Sequence[str]) -> "Gate":
        """The same gate with more rules. Raises InvalidRequestError for one that makes no sense."""
        more = read_rules(action, lines, "offered")
        return Gate([*more, *_kept(self._rules, more)])

    def _judge_use(self, use: Use) -> Verdict:
        """Deny rules first, then ask, then allow; no rule at all asks."""
        for action in reversed(_MIGHT):
            for rule in self._rules:
                if rule.action is action and _covers(rule, use):
                    return self._cautious(use, Verdict(action, str(rule), use.subject))
        return Verdict(Action.ASK, "no rule matches", use.subject)

    def _cautious(self, use: Use, verdict: Verdict) -> Verdict:
        """Arguments that are not known yet might be the ones that a deny or ask rule means."""
        if verdict.action is not Action.ALLOW or not use.is_open:
            return verdict
        program = use.subject.split(" ")[0]
        for rule in self._rules:
            is_strict = rule.action is not Action.ALLOW and rule.pattern is not None
            if is_strict and fnmatchcase(use.tool, rule.tool) and _names(rule.program, program):
                why = f"its arguments are known only when it runs, and `{rule}` may mean them"
                return Verdict(Action.ASK, str(rule), use.subject, why)
        return verdict

    def _mightiest(self, verdicts: Sequence[Verdict], tool: str, subject: str) -> Verdict:
        if not verdicts:
            return self._judge_use(Use(tool, subject))
        worst = max(verdicts, key=lambda verdict: _MIGHT.index(verdict.action))
        return Verdict(worst.action, worst.rule, subject, worst.why or _because(worst, subject))

    def _unreadable(self, tool: str, subject: str, problem: str) -> Verdict:
        """A rule for the whole tool still holds, unless a stricter one may mean this command."""
        own = [rule for rule in self._rules if fnmatchcase(tool, rule.tool)]
        for rule in own:
            if rule.action is Action.DENY and rule.pattern is None:
                return Verdict(Action.DENY, str(rule), subject)
        is_free = not any(rule.action is not Action.ALLOW for rule in own)
        for rule in own:
            if is_free and rule.pattern is None:
                return Verdict(Action.ALLOW, str(rule), subject)
        return Verdict(Action.ASK, "command cannot be read", subject, problem)


def subject_of(arguments: Mapping[str, Any]) -> str:
    """What patterns look at: the command, the path, the question, or nothing."""
    for name in ("command", "path", "question", "pattern"):
        value = arguments.get(name)
        if isinstance(value, str):
            return _plain_path(value) if name == "path" else value
    return ""


def read_rules(action: Action, lines: Sequence[str], source: str) -> list[Rule]:
    """Rules from settings. Raises InvalidRequestError with the line that makes no sense."""
    return [_read_rule(action, line.strip(), source) for line in lines]


def default_rules(*, is_isolated: bool) -> list[Rule]:
    """What holds where the user wrote nothing.

    Everything that only touches the sandbox's copy is allowed; commands are allowed where the
    sandbox isolates them, and asked about where it does not.
    """
    look = ("read", "list", "glob", "grep", "search", "symbol", "references", "map")
    free = (*look, "diff", "keep", "plan", "edit", "write", "ask")
    run = Action.ALLOW if is_isolated else Action.ASK
    return [*(Rule(Action.ALLOW, name) for name in free), Rule(run, "run")]


def gate_of(
    allow: Sequence[str] = (),
    ask: Sequence[str] = (),
    deny: Sequence[str] = (),
    *,
    is_isolated: bool = True,
    allow_here: Sequence[str] = (),
    deny_here: Sequence[str] = (),
) -> Gate:
    """The gate for the settings permission_allow, permission_ask and permission_deny.

    What is allowed and denied here is of permission_allow_in and permission_deny_in.
    A user's rule that allows a tool takes the place of the default that asks.
    Raises InvalidRequestError for a rule that cannot be read.
    """
    own = [
        *read_rules(Action.DENY, deny, "permission_deny"),
        *read_rules(Action.DENY, deny_here, "permission_deny_in"),
        *read_rules(Action.ASK, ask, "permission_ask"),
        *read_rules(Action.ALLOW, allow, "permission_allow"),
        *read_rules(Action.ALLOW, allow_here, "permission_allow_in"),
    ]
    return Gate([*own, *_kept_defaults(own, is_isolated=is_isolated)])


def _kept_defaults(own: Sequence[Rule], *, is_isolated: bool) -> list[Rule]:
    """A default that asks yields to the user's allow: where no rule matches, the gate asks."""
    return _kept(default_rules(is_isolated=is_isolated), own)


def _kept(rules: Sequence[Rule], own: Sequence[Rule]) -> list[Rule]:
    """All rules but the defaults that ask where the user's own allow."""
    allowed = [rule.tool for rule in own if rule.action is Action.ALLOW]
    return [
        rule
        for rule in rules
        if rule.source != _DEFAULT
        or rule.action is Action.ALLOW
        or not any(fnmatchcase(rule.tool, name) for name in allowed)
    ]


def _read_rule(action: Action, line: str, source: str) -> Rule:
    found = _RULE.match(line)
    if found is None:
        raise InvalidRequestError(
            f"The rule {line!r} in {source} cannot be read.",
            "write `tool` or `tool(pattern)`, such as `run(git status*)`",
        )
    return Rule(action, found["tool"], found["pattern"], source)


def _uses(tool: str, command: SimpleCommand) -> list[Use]:
    """The command itself, and the files that its redirections write and read."""
    uses = [Use(tool, command.text, command.plain_text, command.is_open)] if command.words else []
    uses += [Use("write", _plain_path(path)) for path in command.writes]
    uses += [Use("read", _plain_path(path)) for path in command.reads]
    return uses


def _covers(rule: Rule, use: Use) -> bool:
    """`/bin/rm` is denied with `rm`, but an allow for `rm` is none for just any `./rm`."""
    is_strict = rule.action is not Action.ALLOW and bool(use.plain)
    return rule.covers(use.tool, use.subject) or (is_strict and rule.covers(use.tool, use.plain))


def _because(worst: Verdict, subject: str) -> str:
    return "" if worst.subject == subject else f"because of `{worst.subject}`"


def _matches(subject: str, pattern: str) -> bool:
    """`git push*` also means the bare words before a star: `pytest *` covers `pytest`."""
    return fnmatchcase(subject, pattern) or (pattern.endswith(" *") and subject == pattern[:-2])


def _names(pattern: str, program: str) -> bool:
    return fnmatchcase(program, pattern) or fnmatchcase(program.rpartition("/")[2], pattern)


def _plain_path(path: str) -> str:
    """`./a//b/` and `a/b` are one path to a rule."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ("/" if path.startswith("/") else "") + "/".join(parts)
