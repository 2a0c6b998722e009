"""One text and two changes of it, for all tests of hunks."""

TEXT = "".join(f"line {n}\n" for n in range(1, 13))
CHANGES = [("line 3\n", "third\n"), ("line 9\n", "ninth\nand more\n")]


def changed(*numbers: int) -> list[str]:
    """The lines with these of the changes."""
    text = TEXT
    for number in numbers:
        text = text.replace(*CHANGES[number])
    return text.splitlines()
