"""The rule api-broken: what others still use as it was is gone, or wants other arguments."""

from collections.abc import Iterator, Sequence

from agentxd.kernel.index import Symbol, SymbolKind
from agentxd.kernel.review import Finding, Related, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.api_changes import (
    FileChange,
    Gone,
    Reshaped,
    gone,
    read_change,
    reshaped,
)
from agentxd.plugins.rules.api_examples import BAD, GOOD
from agentxd.plugins.rules.api_names import TYPES
from agentxd.plugins.rules.api_uses import Broken, Look, Users, worst
from agentxd.plugins.rules.departures import new_line
from agentxd.plugins.rules.signatures import misfit, read_call

_MOST_NAMES = 30
"""Names that the tree is asked about; each is a search through it where no index is at hand."""
_MOST_SHOWN = 5


class ApiBroken:
    """Looks at the public definitions of a change, and at their uses after it."""

    info = RuleInfo(
        id="api-broken",
        title="public name gone or changed while it is still used",
        severity=Severity.WARNING,
        doc=(
            "A function that is renamed in one file and called by its old name in another breaks "
            "when that line runs, which in Python or JavaScript may be much later.\n\n"
            "Found are public functions, methods, classes and constants that a change removes, "
            "renames, or moves to another file, and functions that want other arguments than "
            "before, where the tree still uses them as they were. An error where the use imports "
            "the name from that very file, stands in the same package or class, or is qualified "
            "with the class; a warning where only the name says so, and nothing else is called "
            "like it. In Python, JavaScript, TypeScript, Go, Java, Rust, C#, Ruby and PHP. What "
            "nobody uses in the tree, private names, tests, overloads, and names that are "
            "exported again are not found.\n\nChange the uses too, or keep the old name awhile."
        ),
        bad=BAD,
        good=GOOD,
    )

    def look_at_all(self, ground: Ground) -> Iterator[Finding]:
        """Findings at the definitions; their uses are told as related places."""
        users = Users(ground)
        n_left = _MOST_NAMES
        for file in ground.change.files:
            change = read_change(file, ground)
            if change is None:
                continue
            for one in gone(change):
                if n_left > 0:
                    n_left -= 1
                    yield from self._gone(change, one, users)
            for other in reshaped(change):
                if n_left > 0:
                    n_left -= 1
                    yield from self._reshaped(change, other, users)

    def _gone(self, change: FileChange, one: Gone, users: Users) -> Iterator[Finding]:
        symbol, look = one.symbol, Look(change.old, change.new)
        holder = change.old.holder(symbol)
        if holder is not None and holder.kind in TYPES and change.new is not None:
            broken = list(users.member(symbol, look))
        elif symbol.container and symbol.kind is SymbolKind.METHOD:
            return
        else:
            broken = list(users.top(symbol.name, look))
        if broken:
            what = f"`{_full(symbol)}` is gone"
            if one.is_hidden:
                what = f"`{_full(symbol)}` is not exported any more"
            elif one.successor:
                what = f"`{_full(symbol)}` is `{one.successor}` now"
            elif change.new is not None and change.new.path != change.old.path:
                what = f"`{_full(symbol)}` is not in {change.old.path} any more"
            yield self._finding(change, symbol, f"{what}, and {_still(broken)}", broken)

    def _reshaped(self, change: FileChange, one: Reshaped, users: Users) -> Iterator[Finding]:
        symbol, new = one.old, change.new
        if new is None or new.path != change.old.path:
            return
        look = Look(change.old, new, one.new.line)
        if symbol.kind is SymbolKind.CONSTRUCTOR:
            found = [] if "." in symbol.container else self._made(symbol, look, users)
        elif symbol.kind is SymbolKind.METHOD:
            found = list(users.member(symbol, look))
        else:
            found = list(users.top(symbol.name, look))
        broken = [each for use in found if (each := self._judged(use, one, users)) is not None]
        if broken:
            what = f"`{_full(symbol)}` takes other arguments now, and {_still(broken)}"
            yield self._finding(change, one.new, what, broken, is_there=True)

    @staticmethod
    def _made(symbol: Symbol, look: Look, users: Users) -> list[Broken]:
        """Uses of a class whose constructor changed."""
        holder = look.new.holder(symbol) if look.new is not None else None
        if holder is None:
            return []
        return list(users.top(holder.name, Look(look.old, look.new, holder.line)))

    def _judged(self, broken: Broken, one: Reshaped, users: Users) -> Broken | None:
        """None for a call that fits, or that did not fit before either."""
        use, api = broken.use, users.api(broken.use.path)
        if api is None or "super" in use.text[: use.column]:
            return None
        name = one.old.container if one.old.kind is SymbolKind.CONSTRUCTOR else one.old.name
        end = api.offset(use.line, use.column + len(name))
        call = read_call(api.language, api.code, end)
        if call is None or misfit(api.language, one.before, call):
            return None
        why = misfit(api.language, one.after, call)
        if why:
            return Broken(use, broken.severity, why)
        if one.is_reordered and call.n_places > 1 and not users.is_new(use):
            return Broken(use, Severity.WARNING, "its arguments stand in another order")
        return None

    def _finding(
        self,
        change: FileChange,
        symbol: Symbol,
        message: str,
        broken: Sequence[Broken],
        *,
        is_there: bool = False,
    ) -> Finding:
        file = change.file
        line = symbol.line if is_there else new_line(file, symbol.line)
        first = sorted(broken, key=lambda one: -one.severity.rank)[:_MOST_SHOWN]
        return Finding(
            rule=self.info.id,
            severity=worst(broken),
            path=file.path,
            line=0 if file.new is None else line,
            end_line=symbol.line + 12 if is_there else -1,
            message=message,
            advice="Change the uses too, or keep the old name and its arguments for a while",
            is_about_file=file.new is None or (file.path != change.old.path and not is_there),
            is_about_removal=not is_there,
            anchor=_full(symbol),
            related=tuple(
                Related(one.use.path, one.use.line, one.why or "it is used here") for one in first
            ),
        )


def _full(symbol: Symbol) -> str:
    holder = symbol.container.rpartition(".")[2]
    if symbol.kind is SymbolKind.CONSTRUCTOR:
        return holder or symbol.name
    return f"{holder}.{symbol.name}" if holder else symbol.name


def _still(broken: Sequence[Broken]) -> str:
    places = {(one.use.path, one.use.line) for one in broken}
    first = min(places)
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return f"is still used as it was in {first[0]}:{first[1] + 1}{more}"
