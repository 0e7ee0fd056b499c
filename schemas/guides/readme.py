"""`README.md`: what the snapshot holds, how to open it, and the data dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.dictionary import CONVENTIONS, section
from schemas.guides.listing import TITLE, about, declared, rows

if TYPE_CHECKING:
    from schemas.guides.listing import Listed

OPENING = """\
## Open it

This folder is whole: copy it anywhere. In it, or with its path before each name:

```python
import pandas as pd

pd.read_parquet("articles")
```

```sql
-- duckdb -init views.sql
select speaker_name, count(*) from quotes group by all order by all desc limit 10;
```

`views.sql` has a view for every dataset, empty ones included, and for the joins that are made most.
Each dataset is parted by the key that the table names; the key's column is in the folder's name
alone, the day itself in the files. Nothing in this folder ever changes: a later snapshot is another
folder. `datapackage.json` (Data Package v2) and `croissant.json` (Croissant 1.0) say the same to
tools; `_snapshot.json` has rows, bytes and SHA-256 of every file. The articles belong to their
publishers.
"""


def readme(snapshot: Listed) -> str:
    """Return the page; the dictionary is that of schemas/DICTIONARY.md, for these datasets."""
    lines = [
        f"# {TITLE}",
        "",
        about(snapshot),
        "",
        f"Written by Broadsheet {snapshot.code_version}.",
    ]
    lines += ["", "| dataset | rows | files | MB | parted by |", "|---|---:|---:|---:|---|"]
    for each, files in declared(snapshot):
        size = sum(file.byte_count for file in files) / 1e6
        # Which of the keys of the contract it is depends on the grain of the lake.
        keys = {file.path.split("/")[1].partition("=")[0] for file in files if each.partitions}
        parted = ", ".join(f"`{key}`" for key in sorted(keys))
        lines.append(
            f"| `{each.name}` | {rows(files):,} | {len(files):,} | {size:,.2f} | {parted} |"
        )
    sections = [section(each) for each, _ in declared(snapshot)]
    return "\n".join([*lines, "", OPENING, "# Data dictionary", "", CONVENTIONS, *sections])
