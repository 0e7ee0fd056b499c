"""`views.sql`: a DuckDB view for every dataset, with its description, and for common joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from schemas.guides.listing import declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from schemas.contracts import Contract
    from schemas.guides.listing import File, Listed

HEAD = """\
-- Views over the Parquet files beside this script. Start DuckDB in this folder:
--   duckdb -init views.sql
-- or from anywhere, in any client:
--   set file_search_path = '/path/to/this/folder';   and then this script
"""
JOINS = """\
create or replace view quotes_in_articles as
select quotes.*, articles.headline, articles.outlet_id, articles.agency_id, articles.language
from quotes join articles using (article_id);
comment on view quotes_in_articles is
'Quotations with headline, outlet, wire and language of the article.';

create or replace view quotes_by_speaker as
select speakers.name, speakers.kind as speaker, quotes.* exclude (speaker_name, speaker_kind)
from (select *, unnest(speaker_ids) as speaker_id from quotes) as quotes
join speakers using (speaker_id);
comment on view quotes_by_speaker is
'A row per quotation and speaker: a joint one is there for each of its speakers.';

create or replace view coverage as
select outlet_id, published_date, count(*) as articles, sum(quote_count)::bigint as quotes
from articles group by all;
comment on view coverage is
'Articles and quotations by outlet and printed day, null for undated articles.';

create or replace view quarantine_rules as
select unnest(rules) as rule, * exclude (rules) from quarantine;
comment on view quarantine_rules is
'A row per row set aside and rule that it breaks.';
"""


def views(snapshot: Listed) -> str:
    """Return the script. It may be run again; no path in it leads out of the snapshot."""
    parts = [HEAD]
    for each, files in declared(snapshot):
        parts.append("\n".join([*_view(each, files, snapshot), *_comments(each), ""]))
    return "\n".join([*parts, JOINS])


def _view(each: Contract, files: Sequence[File], snapshot: Listed) -> Iterator[str]:
    yield f"create or replace view {each.name} as"
    if not files:
        columns = ", ".join(f"null::{sql_type(field.type)} as {field.name}" for field in each.arrow)
        yield f"select {columns} where false;"
        return
    # Files of another version of the contract may lack a column; to look costs a read of each.
    by_name = ", union_by_name = true" if in_two_versions(each.name, files, snapshot) else ""
    inside = "**/*.parquet" if each.partitions else "*.parquet"
    yield f"from read_parquet('{each.name}/{inside}', hive_partitioning = false{by_name});"


def in_two_versions(dataset: str, files: Iterable[File], snapshot: Listed) -> bool:
    """Whether the rows of some files may keep another version of the contract than others."""
    makers = {maker for file in files for maker in file.made_by}
    return len({snapshot.makers.get(each, {}).get(f"contract:{dataset}") for each in makers}) > 1


def _comments(each: Contract) -> Iterator[str]:
    yield f"comment on view {each.name} is {literal(each.description)};"
    for field in each.arrow:
        meaning = literal(field.metadata[b"description"].decode())
        yield f"comment on column {each.name}.{field.name} is {meaning};"


def literal(text: str) -> str:
    """Text as SQL.

    >>> literal("the outlet's day")
    "'the outlet''s day'"
    """
    return "'" + text.replace("'", "''") + "'"


def sql_type(kind: pa.DataType) -> str:
    """An Arrow type in DuckDB's words.

    >>> sql_type(pa.list_(pa.struct([("char_start", pa.int32())])))
    'struct(char_start integer)[]'
    """
    if pa.types.is_list(kind):
        return f"{sql_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return f"struct({', '.join(f'{each.name} {sql_type(each.type)}' for each in kind)})"
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    names = {
        pa.int8(): "tinyint",
        pa.int16(): "smallint",
        pa.int32(): "integer",
        pa.int64(): "bigint",
        pa.float32(): "float",
        pa.float64(): "double",
        pa.date32(): "date",
        pa.bool_(): "boolean",
        pa.binary(): "blob",
    }
    return names.get(kind, "varchar")
