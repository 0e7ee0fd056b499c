"""How far a number is from what is usual, by measures that a few odd days do not bend.

Sources: B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers (1993): a modified z-score
of median and MAD above 3.5. N. Siddiqi, Credit Risk Scorecards (2006): a population stability index
above 0.25 is a shift. B. Yurdakul, Statistical Properties of Population Stability Index (2018):
without any shift it is distributed as chi-squared over the two counts, which bounds it from below
where counts are small.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt
from statistics import median

FAR = 3.5
MAD_OF_NORMAL = 1.4826
"""What the MAD of normally distributed values is multiplied by to be their standard deviation."""
SHIFTED = 0.25
FEWEST = 5
"""Earlier values below which nothing is called usual."""
ONE_IN_A_THOUSAND = 3.09
"""Quantile of the normal distribution that a shift of nothing exceeds once in 1,000 times."""


def deviation(value: float, before: Sequence[float], at_least: float = 0.0) -> float:
    """Modified z-score of `value` against earlier ones; 0 where they are fewer than FEWEST.

    `at_least` is the smallest spread that is believed, so that equal values do not make every
    other one infinitely far.

    >>> deviation(40, [10, 12, 9, 11, 10]) > FAR, deviation(12, [10, 12, 9, 11, 10]) > FAR
    (True, False)
    >>> deviation(40, [10, 10])
    0.0
    """
    if len(before) < FEWEST:
        return 0.0
    middle = median(before)
    spread = max(MAD_OF_NORMAL * median(abs(each - middle) for each in before), at_least)
    if spread == 0:
        return 0.0 if value == middle else float("inf") * (1 if value > middle else -1)
    return (value - middle) / spread


def unusual_share(part: int, whole: int, before: Sequence[float]) -> bool:
    """Whether the share part/whole is far above or below earlier shares, also for its small count.

    >>> unusual_share(60, 100, [0.1, 0.12, 0.09, 0.11, 0.1]), unusual_share(1, 3, [0.1] * 9)
    (True, False)
    """
    if not whole or len(before) < FEWEST:
        return False
    middle = min(max(median(before), 1 / (whole + 2)), 1 - 1 / (whole + 2))
    by_chance = sqrt(middle * (1 - middle) / whole)
    return abs(deviation(part / whole, before, max(by_chance, 0.01))) > FAR


def stability_index(now: Sequence[int], before: Sequence[int]) -> float:
    """Population stability index of two histograms over the same bins; an empty bin counts 0.5.

    >>> stability_index([50, 50], [500, 500]), round(stability_index([90, 10], [500, 500]), 2)
    (0.0, 0.88)
    """
    total = 0.0
    for mine, theirs in zip(now, before, strict=True):
        share, usual = max(mine, 0.5) / sum(now), max(theirs, 0.5) / sum(before)
        total += (share - usual) * log(share / usual)
    return total


def has_shifted(now: Sequence[int], before: Sequence[int]) -> bool:
    """Whether the index is above SHIFTED, and above what so few counts give by chance.

    >>> has_shifted([90, 10], [500, 500]), has_shifted([2, 1], [500, 500])
    (True, False)
    """
    if not sum(now) or not sum(before):
        return False
    free = max(len(now) - 1, 1)
    # Wilson and Hilferty's approximation of the quantile of chi-squared.
    quantile = free * (1 - 2 / (9 * free) + ONE_IN_A_THOUSAND * sqrt(2 / (9 * free))) ** 3
    by_chance = quantile * (1 / sum(now) + 1 / sum(before))
    return stability_index(now, before) > max(SHIFTED, by_chance)


def quiet_for(now: float, times: Sequence[float]) -> float | None:
    """Seconds of silence after the last of `times` (ascending) where they are unusually long.

    That is more than twice what nine in ten of the earlier gaps stay below, so that nights and
    weekends are part of the usual. None while all is well or the gaps are fewer than FEWEST.

    >>> quiet_for(100.0, [0, 1, 2, 3, 4, 5, 6]), quiet_for(7.5, [0, 1, 2, 3, 4, 5, 6])
    (94.0, None)
    """
    gaps = sorted(after - before for before, after in pairwise(times))
    if len(gaps) < FEWEST:
        return None
    silence = now - times[-1]
    return silence if silence > 2 * gaps[int(0.9 * len(gaps))] else None
