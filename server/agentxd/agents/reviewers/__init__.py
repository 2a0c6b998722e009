"""Reviewers that are models: what they are shown, what is believed of their answers, and why.

A reviewer gets text and gives text. It has no tools, sees no secret, and cites: what it says is
kept only where the line that it quotes is there, and worth more than a note only where a second
look could not refute it. None of this depends on the model's good will.
"""
