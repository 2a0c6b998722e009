"""The command line: a thin dispatcher; each subcommand imports what it needs itself."""

VERSION = "0.1.0"
