"""The relations between datasets, as questions in SQL, and what is wrong with a row of each.

Names in them are those of contracts; nothing from the data is ever put into a question.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.health.session import PLACE


@dataclass(frozen=True, slots=True)
class Check:
    """A condition under which a row of a relation is broken."""

    code: str
    what: str
    broken: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A question whose rows are judged; it gives the column `key`, the example's, and the file."""

    dataset: str
    key: str
    sql: str
    checks: tuple[Check, ...]


def _cut(start: str, end: str) -> str:
    return f"substr(field_text, {start} + 1, {end} - {start})"


QUOTES = Relation(
    "quotes",
    "quote_id",
    f"""
    select q.*, q.quote_id as key, a.article_id as article, a.published_date as article_date,
        case q.field when 'headline' then a.headline else a.text end as field_text
    from part_quotes q left join (select * exclude {PLACE} from part_articles) a using (article_id)
    """,
    (
        Check(
            "quotes.article",
            "quotations whose article is not in their partition",
            "article is null",
        ),
        Check(
            "quotes.published_date",
            "quotations with another day than their article",
            "article is not null and published_date is distinct from article_date",
        ),
        Check(
            "quotes.text",
            "quotations that are not what their parts cut out of the article",
            "article is not null and array_to_string(list_transform(parts, lambda p: "
            f"{_cut('p.char_start', 'p.char_end')}), ' … ') is distinct from text",
        ),
        Check(
            "quotes.parts",
            "quotations that do not reach from their first part to their last",
            "(parts[1].char_start, parts[-1].char_end) is distinct from (char_start, char_end)",
        ),
        Check(
            "quotes.cue",
            "cues that are not what their offsets cut out of the article",
            f"article is not null and {_cut('cue_start', 'cue_end')} is distinct from cue",
        ),
        Check(
            "quotes.speaker_mention",
            "mentions of speakers that are not what their offsets cut out of the article",
            f"article is not null and {_cut('speaker_start', 'speaker_end')}"
            " is distinct from speaker_mention",
        ),
        Check(
            "quotes.quote_id",
            "quotations whose id is not that of their article, field and offsets",
            "quote_id is distinct from left(sha256(concat_ws(chr(10), article_id, field,"
            " char_start, char_end)), 16)",
        ),
    ),
)

ARTICLES = Relation(
    "articles",
    "article_id",
    """
    select a.*, a.article_id as key, coalesce(q.found, 0) as found from part_articles a
    left join (select article_id, count(*) as found from part_quotes group by 1) q
        using (article_id)
    """,
    (
        Check(
            "articles.quote_count",
            "articles that count another number of quotations than there are",
            "quote_count is distinct from found",
        ),
    ),
)

PARTED = (QUOTES, ARTICLES)
"""Judged partition by partition."""

VERSIONS = Relation(
    "articles",
    "article_id",
    f"""
    select a.article_id as key, a.*, v.* exclude article_id from
        (select article_id, document_sha256, version_count,
            sha256(concat(headline, chr(10), chr(10), text)) as own, {PLACE}
         from articles) a
        left join (
            select article_id, count(distinct text_sha256) as texts,
                count(*) filter (where is_current) as current_ones,
                max(document_sha256) filter (where is_current) as current_document,
                max(text_sha256) filter (where is_current) as current_text
            from versions group by 1) v using (article_id)
    """,
    (
        Check(
            "articles.version_count",
            "articles that count another number of texts than versions has",
            "version_count is distinct from coalesce(texts, 0)",
        ),
        Check(
            "versions.is_current",
            "articles without exactly one current version",
            "coalesce(current_ones, 0) <> 1",
        ),
        Check(
            "articles.document_sha256",
            "articles that show another document than their current version",
            "current_ones = 1 and document_sha256 is distinct from current_document",
        ),
        Check(
            "versions.text_sha256",
            "articles whose headline and text do not have the hash of their current version",
            "current_ones = 1 and own is distinct from current_text",
        ),
    ),
)

RAW = Relation(
    "raw_documents",
    "document_sha256",
    "select *, document_sha256 as key from raw_documents",
    (
        Check(
            "raw_documents.document_sha256",
            "received documents whose bytes do not have the hash that is their key",
            "octet_length(content) > 0 and sha256(content) is distinct from document_sha256",
        ),
        Check(
            "raw_documents.byte_count",
            "received documents with another number of bytes than stated",
            "octet_length(content) is distinct from byte_count",
        ),
    ),
)


def _of_documents(dataset: str, key: str) -> Relation:
    return Relation(
        dataset,
        key,
        f"select {key} as key, {PLACE}, document_sha256 in (select document_sha256 from"
        f" raw_documents) as kept from {dataset}",
        (
            Check(
                f"{dataset}.document",
                f"rows of {dataset} with no received document behind them",
                "not kept",
            ),
        ),
    )


SPOKEN = """select unnest(speaker_ids) as speaker_id, article_id from quotes
        where speaker_name is not null"""
SPEAKERS = Relation(
    "speakers",
    "speaker_id",
    f"""
    select coalesce(s.speaker_id, q.speaker_id) as key, coalesce(s.{PLACE}, '') as {PLACE},
        s.quote_count, s.article_count, q.quoted, q.told,
        m.quote_count as by_month, m.article_count as articles_by_month
    from speakers s full join (
        select speaker_id, count(*) as quoted, count(distinct article_id) as told
        from ({SPOKEN}) group by 1) q using (speaker_id)
    left join (
        select speaker_id, sum(quote_count) as quote_count, sum(article_count) as article_count
        from speaker_months group by 1) m on m.speaker_id = coalesce(s.speaker_id, q.speaker_id)
    """,
    (
        Check(
            "speakers.quote_count",
            "speakers that count other quotations or articles than quotes has of them",
            "(quote_count, article_count) is distinct from (quoted, told)",
        ),
        Check(
            "speaker_months.quote_count",
            "speakers whose months do not add up to what quotes has of them",
            "(by_month, articles_by_month) is distinct from (quoted, told)",
        ),
    ),
)

WHOLE = (
    VERSIONS,
    RAW,
    _of_documents("articles", "article_id"),
    _of_documents("versions", "article_id"),
    _of_documents("quarantine", "quarantine_id"),
    Relation(
        "versions",
        "article_id",
        f"select article_id as key, {PLACE}, article_id in (select article_id from articles)"
        " as told from versions",
        (Check("versions.article", "versions of an article that is not there", "not told"),),
    ),
    SPEAKERS,
)
"""Judged over the whole snapshot at once."""
