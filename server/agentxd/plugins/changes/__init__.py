"""Where a change to be reviewed comes from: git, or the text of a diff."""
