"""The article that the project was started from, through `broadsheet ingest`."""

from __future__ import annotations

from benchmarks.measure import CORPORA, Gate, broadsheet, empty_folder, need, print_table
from flows.lake import read


def main() -> None:
    """Print what the seed must give beside what it gave."""
    seed = need(CORPORA / "seed.txt")
    with empty_folder() as folder:
        broadsheet("ingest", seed, "--lake", folder / "lake", home=folder)
        rows = read("articles", folder / "lake").to_pylist()
    article = rows[0]
    text = article["text"]
    expected = {
        "rows": (1, len(rows)),
        "headline": (True, seed.read_text("utf-8").split("\n")[0].endswith(article["headline"])),
        "headline has no date": (False, "2024-01-02" in article["headline"]),
        "author_names": (["Cao Desheng"], article["author_names"]),
        "agency_id": ("china_daily", article["agency_id"]),
        "outlet_id": ("peoples_daily_online", article["outlet_id"]),
        "published_date": ("2024-01-02", str(article["published_date"])),
        "published_at": ("2024-01-02T00:43:00+00:00", article["published_at"].isoformat()),
        "timezone": ("Asia/Shanghai", article["timezone"]),
        "editor_names": (["Tian Yi", "Liang Jun"], article["editor_names"]),
        "paragraphs": (12, text.count("\n\n") + 1),
        "header in the text": (False, "08:43" in text or "Cao Desheng" in text),
        "footer in the text": (False, "Web editor" in text),
        "profile": ("people_daily", article["profile"]),
    }
    gate = Gate()
    for name, (wanted, found) in expected.items():
        gate.at_least(name, float(wanted == found), 1.0)
    print_table(
        ("field", "must be", "is", "right"),
        [(name, str(w), str(f), w == f) for name, (w, f) in expected.items()],
    )
    gate.close()


if __name__ == "__main__":
    main()
