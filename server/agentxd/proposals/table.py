"""An immutable table in order of arrival: a changed row costs a chunk, not the whole table."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

Row = TypeVar("Row")
_CHUNK = 128


class Table(Struct, Generic[Row], frozen=True):
    """Rows by name, oldest first."""

    index: dict[str, int] = {}
    """Name to place; shared between versions of the table, so never changed."""
    chunks: tuple[tuple[Row, ...], ...] = ()

    def __getitem__(self, name: str) -> Row:
        place = self.index[name]
        return self.chunks[place // _CHUNK][place % _CHUNK]

    def __contains__(self, name: object) -> bool:
        return name in self.index

    def __iter__(self) -> Iterator[str]:
        return iter(self.index)

    def __len__(self) -> int:
        return len(self.index)

    def get(self, name: str) -> Row | None:
        """The row, None where there is none."""
        return self[name] if name in self.index else None

    def values(self) -> Iterator[Row]:
        """Every row."""
        return (row for chunk in self.chunks for row in chunk)

    def items(self) -> Iterator[tuple[str, Row]]:
        """Every name with its row."""
        return zip(self.index, self.values(), strict=True)

    def added(self, rows: Iterable[tuple[str, Row]]) -> "Table[Row]":
        """With new rows at the end; a name that is there already keeps its place."""
        index, table = dict(self.index), list(self.values())
        for name, row in rows:
            if name in index:
                table[index[name]] = row
            else:
                index[name] = len(table)
                table.append(row)
        cuts = range(0, len(table), _CHUNK)
        return Table(index, tuple(tuple(table[first : first + _CHUNK]) for first in cuts))

    def changed(self, rows: Mapping[str, Row]) -> "Table[Row]":
        """With other rows under names that are there. Raises KeyError for a name that is not."""
        fresh: dict[int, list[Row]] = {}
        for name, row in rows.items():
            number, place = divmod(self.index[name], _CHUNK)
            fresh.setdefault(number, list(self.chunks[number]))[place] = row
        chunks = list(self.chunks)
        for number, chunk in fresh.items():
            chunks[number] = tuple(chunk)
        return Table(self.index, tuple(chunks))
