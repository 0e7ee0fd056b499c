"""Words that SQL keeps for itself: a column of that name cannot be asked for without quoting it.

They are the reserved words of DuckDB and PostgreSQL and those of BigQuery, where analysts take
the data. Words that only the ISO text reserves (language, position) are columns everywhere.
"""

from __future__ import annotations

from typing import Final

WORDS: Final = """
all analyse analyze and anti any array as asc asof assert_rows_modified asymmetric at
authorization between binary both by case cast check collate collation column concurrently
constraint contains create cross cube current current_catalog current_date current_role
current_schema current_time current_timestamp current_user default deferrable define desc
describe distinct do else end enum escape except exclude exists extract false fetch following
for foreign freeze from full glob grant group grouping groups hash having if ignore ilike in
initially inner intersect interval into is isnull join lambda lateral leading left like limit
localtime localtimestamp lookup map merge natural new no not notnull null nulls of offset on
only or order outer over overlaps partition pivot pivot_longer pivot_wider placing positional
preceding primary proto qualify range recursive references respect returning right rollup rows
select semi session_user set show similar some struct summarize symmetric table tablesample
then to trailing treat true try_cast unbounded union unique unnest unpivot user using variadic
verbose when where window with within
"""
RESERVED: Final = frozenset(WORDS.split())
