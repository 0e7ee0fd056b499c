"""What Great Expectations brings along and no rule needs stays on disk until it is asked for."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from schemas.suite import great_expectations

great_expectations()
heavy = ("altair.vegalite", "scipy.stats._stats_py", "sqlalchemy")
print(*[name for name in heavy if sys.modules.get(name) is not None])

import altair
import sqlalchemy
from scipy import stats

print(altair.Chart.__name__, sqlalchemy.Table.__name__, stats.norm.name)
"""


def test_what_no_rule_needs_is_imported_when_it_is_asked_for_and_not_before():
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert ended.stdout.splitlines() == ["", "Chart Table norm"], ended.stderr
