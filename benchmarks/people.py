"""196 pages of People's Daily Online in the seed's layout, against what its own index says.

The truth is China_Economy.csv: title, web editors, day and time (HHMM without its leading zero).
Datelines and captions have no column there; what must not be in the text is read off the raw
page by a plain search of its lines, which shares nothing with the profiles.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.measure import CORPORA, Gate, broadsheet, empty_folder, need, print_table
from flows.lake import read

SHANGHAI = ZoneInfo("Asia/Shanghai")
FLOORS = {
    "headline": 99.0,
    "published_at": 99.0,
    "editor_names": 99.0,
    "dateline out of the text": 97.0,
    "captions out of the text": 97.0,
    "body kept": 97.0,
}


def main() -> None:
    """Print the share of pages that are right, field by field."""
    folder = need(CORPORA / "people_en" / "assembled_seed_layout")
    truth = _truth(CORPORA / "people_en" / "China_Economy.csv")
    with empty_folder() as scratch:
        broadsheet("ingest", folder, "--lake", scratch / "lake", home=scratch)
        articles = {
            Path(row["source_uri"]).stem: row
            for row in read("articles", scratch / "lake").to_pylist()
        }
    pages = sorted(folder.glob("*.txt"))
    right = dict.fromkeys(FLOORS, 0)
    wrong: dict[str, list[str]] = {name: [] for name in FLOORS}
    for page in pages:
        verdicts = _verdicts(page.read_text("utf-8"), articles.get(page.stem), truth[page.stem])
        for name, verdict in verdicts.items():
            right[name] += verdict
            if not verdict:
                wrong[name].append(page.stem)
    gate = Gate()
    rows = []
    for name, floor in FLOORS.items():
        share = 100 * right[name] / len(pages)
        gate.at_least(name, share, floor)
        rows.append((name, right[name], len(pages), share, floor, " ".join(wrong[name][:6])))
    print_table(("field", "right", "pages", "%", "floor", "wrong"), rows)
    gate.close()


def _truth(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as rows:
        return {_page_number(row["url"]): row for row in csv.DictReader(rows)}


def _page_number(url: str) -> str:
    found = re.findall(r"\d{8,}", url)
    return found[-1] if found else url


def _verdicts(raw: str, article: dict[str, Any] | None, truth: dict[str, str]) -> dict[str, bool]:
    if article is None:
        return dict.fromkeys(FLOORS, False)
    day = truth["Submission Date"]
    hour, minute = divmod(int(truth["Submission Time"]), 100)
    local = f"{day[:4]}-{day[4:6]}-{day[6:]} {hour:02d}:{minute:02d}"
    stamp = article["published_at"]
    text = article["text"]
    captions = [line.strip() for line in raw.split("\n") if _is_caption(line.strip())]
    return {
        "headline": _plain(article["headline"]) == _plain(truth["Article Title"]),
        "published_at": stamp is not None
        and f"{stamp.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == local,
        "editor_names": article["editor_names"]
        == [name.strip() for name in truth["Reporter"].split(",")],
        "dateline out of the text": not re.search(r"\(Xinhua\) ?--", text),
        "captions out of the text": not any(_plain(line) in _plain(text) for line in captions),
        "body kept": _body_kept(raw, text),
    }


def _is_caption(line: str) -> bool:
    """A short line that ends in a picture's credit: (Agency/Name), (Photo ...), [Photo/Agency]."""
    return len(line) < 700 and bool(
        re.search(
            r"[(\[][^()\[\]]*(?:/[^()\[\]/]+|(?i:photo|file photo|courtesy)[^()\[\]]*)[)\]]$", line
        )
    )


def _body_kept(raw: str, text: str) -> bool:
    """Every paragraph of the page that is no caption and no header or footer is in the text."""
    plain = _plain(text)
    for printed in raw.split("\n")[4:]:
        without_footer = re.sub(r"\(Web editor.*", "", printed.strip())
        line = re.sub(r"^[A-Z].{0,60}\(Xinhua\) ?-- ?", "", without_footer).strip()
        if len(line) > 250 and not _is_caption(line) and _plain(line)[:200] not in plain:
            return False
    return True


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


if __name__ == "__main__":
    main()
