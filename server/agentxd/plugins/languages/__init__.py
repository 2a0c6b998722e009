"""Languages as data: a grammar wheel and one file that says what is a definition in it."""
