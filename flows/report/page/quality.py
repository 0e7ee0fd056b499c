"""How well each profile reads its pages, and what was set aside by which rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.report.page.charts import ranked, shares
from flows.report.page.database import asked, one
from flows.report.page.numbers import Cell, Number, Section, Table, literal, plain, share
from flows.report.run import end_of
from schemas import contract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from duckdb import DuckDBPyConnection

    from flows.report.page.numbers import Chart

SECRETS = re.compile(r"(?<=//)[^/@]*@|\?.*", re.DOTALL)
MOST_PROFILES = 20
MOST_RULES = 25
EXAMPLES = 3
MEASURES = {
    "day": "published_date is not null",
    "time": "published_at is not null",
    "author": "len(author_names) > 0",
    "place": "dateline_place is not null",
    "language": "language <> 'und'",
    "quoted": "quote_count > 0",
}
"""What is known of an article -> the condition for it."""


def profiles(database: DuckDBPyConnection) -> Section:
    """What is known of the articles that each profile read."""
    about = "The share of a profile's articles of which it is known."
    counts = ", ".join(f"count(*) filter ({condition})" for condition in MEASURES.values())
    found = asked(
        database,
        f"""with said as (
            select article_id, count(*) as quotes, count(speaker_name) as named
            from quotes group by article_id)
        select profile, count(*), {counts}, coalesce(sum(quotes), 0)::bigint,
            coalesce(sum(named), 0)::bigint
        from articles left join said using (article_id)
        group by profile order by 2 desc, 1 limit {MOST_PROFILES}""",
    )
    table = Table(
        "Articles by profile, and what is known of them",
        ("Profile", "Articles", *(name.capitalize() for name in MEASURES), "Quotations", "Named"),
        tuple(map(_profile, found)),
    )
    if not found:
        return Section("quality", "Quality by profile", about, (table,))
    marks = [
        (plain(row[0]), name, count, row[1])
        for row in found
        for name, count in zip(MEASURES, row[2:], strict=False)
    ]
    return Section("quality", "Quality by profile", about, (shares(marks), table))


def _profile(row: Sequence[Any]) -> tuple[Cell, ...]:
    profile, articles, *counts, quotes, named = row
    where = f"from articles where profile = {literal(profile)}"
    said = f"from quotes join articles using (article_id) where profile = {literal(profile)}"
    return (
        plain(profile),
        Number(articles, where),
        *(
            share(count, articles, f"{where} and {condition}")
            for count, condition in zip(counts, MEASURES.values(), strict=True)
        ),
        Number(quotes, f"select quotes.* {said}"),
        share(named, quotes, f"select quotes.* {said} and speaker_name is not null"),
    )


def quarantine(database: DuckDBPyConnection) -> Section:
    """What was set aside, by rule, with examples."""
    about = "A document or a row may break several rules. Replay publishes what passes by now."
    found = asked(
        database,
        f"""select rule, count(*), list_sort(list(distinct stage)) from quarantine_rules
        group by rule order by 2 desc, 1 limit {MOST_RULES}""",
    )
    (total,) = one(database, "select count(*) from quarantine")
    if not found:
        return Section("quarantine", "Set aside", "Nothing is set aside.", ())
    told = _meanings()
    rows = tuple(
        (
            plain(rule),
            Number(count, f"from quarantine_rules where rule = {literal(rule)}"),
            plain(", ".join(stages)),
            plain(told.get(rule, "")),
        )
        for rule, count, stages in found
    )
    table = Table(
        f"Rules broken by the {total:,} rows set aside", ("Rule", "Rows", "Stage", "Asks"), rows
    )
    chart: Chart = ranked("Rules broken most", "rows", [(plain(r[0]), r[1]) for r in found])
    examples = _examples(database, [rule for rule, *_ in found])
    return Section("quarantine", "Set aside", about, (chart, table, examples))


def _meanings() -> dict[str, str]:
    """What a rule asks, by its code; two datasets may each have a rule of that code."""
    told: dict[str, dict[str, None]] = {}
    for name in ("articles", "quotes"):
        for rule in contract(name).rules:
            told.setdefault(rule.code, {})[rule.description.replace("`", "")] = None
    return {code: " or ".join(each) for code, each in told.items()}


def _examples(database: DuckDBPyConnection, rules: Sequence[str]) -> Table:
    named = ", ".join(map(literal, rules))
    found = asked(
        database,
        f"""with chosen as (
            select rule, message, document_sha256, quarantine_id,
                row_number() over (partition by rule order by quarantine_id) as place
            from quarantine_rules where rule in ({named})
            qualify place <= {EXAMPLES})
        select rule, message, source_uri, member, quarantine_id, document_sha256
        from chosen left join raw_documents using (document_sha256) order by rule, place""",
    )
    rows = tuple(
        (
            plain(rule),
            plain(message),
            plain(_place(source, member)),
            Number(1, f"from quarantine where quarantine_id = '{key}'", "row"),
            Number(
                int(source is not None),
                f"from raw_documents where document_sha256 = '{digest}'",
                "bytes",
            ),
        )
        for rule, message, source, member, key, digest in found
    )
    columns = ("Rule", "Message", "Document", "Row", "As received")
    return Table(f"Examples, up to {EXAMPLES} a rule", columns, rows)


def _place(source: str | None, member: str | None) -> str:
    """Where a document came from, without what may be a secret: user and password, a query.

    >>> _place("https://ida:key@news.example/a.zip?token=key", "2024/a.txt")
    '…/news.example/a.zip (2024/a.txt)'
    """
    where = end_of(SECRETS.sub("", source or ""))
    return f"{where} ({member})" if member else where
