"""The tables of the index's database, which only costs a rebuild when it is deleted.

Numbers. A content (one file's bytes, whatever files hold it) has an id that is never used again.
Its chunks are numbered `content << 16 | place in the file`, its symbols and imports likewise:
`number >> 16` is the content, and a range of numbers is everything of a content.

    contents   one row for each content. `uses` holds the ids of all names it uses, uint32 end to
               end; `vectors_of` the embedder that all its chunks have vectors of; `left_ms` when
               one of its files went away, 0 for never.
    files      path to the content it `holds`: `shown` (unsaved text of an editor, forgotten when
               the database is opened), else `disk` (what the file had when it was looked at).
               Contents that no row holds are dead: every answer leaves them out.
    chunks     lines of a chunk, the place of its symbol (-1: none), a digest of its words.
    names      every name that is defined or used, once.
    symbols    definitions; `chunk` is the place of the chunk in which the name stands.
    uses       name, content, and where: uint32 `line << 12 | column` end to end, in order.
    imports    module as written; names separated by newlines.
    defined    names that some symbol has, folded, with their initials and a mask of their letters
               (see index/matching.py).
    words      FTS5 without contents over chunks: name, head, body (rowid is the chunk's number).
    path_words FTS5 without contents over paths (rowid is the file's id).
    embedders  whose vectors there are. `is_wanted`: new ones are made; `answers`: asked now.
    vectors_N  int8 rows of embedder N by chunk. codes_N: the signs of many rows as bits, end to
               end, and their chunks as int64, for the coarse pass; rows are only ever added.
    meta       schema_version; `changes` counts the transactions; `open_since` names the start of
               the computer after which the database was opened, "" when it was closed in good
               order: commits wait for no disk, so only a stopped computer can leave half of one.
    word_counts, path_counts: fts5vocab, in how many chunks or paths a word is.
"""

import re

from agentxd import __version__

SCHEMA_VERSION = f"2 of {__version__}"
"""To be raised with the tables, and with whatever makes other pieces or words of the same content:
contents are known by their hash alone. Another release of AgentX builds its own index."""
APPLICATION_ID = 0x41475849
"""Tells the file from any other SQLite database."""
SHIFT = 16
"""Bits of a number that are the place within the content."""
MAX_PLACES = 1 << SHIFT
"""Chunks, symbols or imports of one content; what comes behind is left out."""
COLUMN_BITS = 12
WEIGHTS = "8.0, 3.0, 1.0"
"""BM25 weights of name, head and body."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, language TEXT NOT NULL,
    size INTEGER NOT NULL, n_chunks INTEGER NOT NULL, n_symbols INTEGER NOT NULL,
    vectors_of INTEGER NOT NULL DEFAULT 0, left_ms INTEGER NOT NULL DEFAULT 0,
    uses BLOB NOT NULL DEFAULT x''
);
CREATE INDEX contents_left ON contents (left_ms) WHERE left_ms > 0;
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, disk INTEGER, shown INTEGER,
    holds INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
    size INTEGER NOT NULL, inode INTEGER NOT NULL
);
CREATE INDEX files_by_content ON files (holds);
CREATE INDEX files_shown ON files (shown) WHERE shown IS NOT NULL;
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, start_line INTEGER NOT NULL, end_line INTEGER NOT NULL,
    symbol INTEGER NOT NULL, digest INTEGER NOT NULL
);
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE symbols (
    id INTEGER PRIMARY KEY, name INTEGER NOT NULL, kind TEXT NOT NULL, line INTEGER NOT NULL,
    column INTEGER NOT NULL, start_line INTEGER NOT NULL, end_line INTEGER NOT NULL,
    chunk INTEGER NOT NULL, container TEXT NOT NULL, signature TEXT NOT NULL, doc TEXT NOT NULL
);
CREATE INDEX symbols_by_name ON symbols (name);
CREATE TABLE uses (
    name INTEGER NOT NULL, content INTEGER NOT NULL, places BLOB NOT NULL,
    PRIMARY KEY (name, content)
) WITHOUT ROWID;
CREATE TABLE imports (
    id INTEGER PRIMARY KEY, module TEXT NOT NULL, line INTEGER NOT NULL, names TEXT NOT NULL
);
CREATE TABLE defined (
    name INTEGER PRIMARY KEY, folded TEXT NOT NULL, initials TEXT NOT NULL, mask INTEGER NOT NULL
);
CREATE INDEX defined_by_text ON defined (folded);
CREATE INDEX defined_by_initials ON defined (initials);
CREATE VIRTUAL TABLE words USING fts5 (
    name, head, body, content='', contentless_delete=1, detail=full, tokenize='ascii'
);
INSERT INTO words (words, rank) VALUES ('automerge', 0), ('crisismerge', 64);
CREATE VIRTUAL TABLE word_counts USING fts5vocab (words, row);
CREATE VIRTUAL TABLE path_words USING fts5 (
    words, content='', contentless_delete=1, detail=full, tokenize='ascii'
);
CREATE VIRTUAL TABLE path_counts USING fts5vocab (path_words, row);
CREATE TABLE embedders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, dimensions INTEGER NOT NULL,
    is_wanted INTEGER NOT NULL, answers INTEGER NOT NULL, UNIQUE (name, dimensions)
);
"""

VECTOR_TABLES = """
CREATE TABLE vectors_{0} (chunk INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE codes_{0} (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, chunks BLOB NOT NULL, codes BLOB NOT NULL
);
"""

TABLE_NAMES = frozenset(re.findall(r"CREATE (?:VIRTUAL )?TABLE (\w+)", TABLES))
