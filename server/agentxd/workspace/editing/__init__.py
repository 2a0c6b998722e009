"""Edits that land: five formats in, one internal edit out, placed by rule and never by guess."""
