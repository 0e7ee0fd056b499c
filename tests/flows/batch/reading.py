"""What is read off a text, field by field, as tests of layouts compare it."""

from __future__ import annotations

from typing import Any

from flows.batch.article import Article, read_article
from flows.receive.documents import Decoded


def as_printed(text: str, last: str = "") -> dict[str, Any]:
    """The fields of the article; `date` is local, `last` as much of the text's end."""
    article = read_article(Decoded(text, "utf-8", {}))
    assert isinstance(article, Article), article
    stamp = article.stamp
    return {
        "profile": article.profile,
        "headline": article.headline.text.value,
        "authors": list(article.authors),
        "contributors": list(article.contributors),
        "editors": list(article.editors),
        "agency": article.agency_id,
        "outlet": article.outlet_id,
        "place": article.dateline_place,
        "date": f"{stamp.local:%Y-%m-%d %H:%M}" if stamp else None,
        "tz": stamp.timezone if stamp else None,
        "last": article.text.text.value[-len(last) :] if last else "",
    }
