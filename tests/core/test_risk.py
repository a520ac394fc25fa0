"""A score by ENISA's method, against sums worked by hand."""

from __future__ import annotations

import pytest

from bot.core.risk import CONTEXTS, EASE, LOSSES, MALICE, Band, Score


def score(context: int, ease: int, *circumstances: int) -> Score:
    confidentiality, integrity, availability, malice = circumstances
    return Score(
        context=context,
        identification=ease,
        confidentiality=confidentiality,
        integrity=integrity,
        availability=availability,
        malice=malice,
    )


@pytest.mark.parametrize(
    ("given", "total", "band"),
    [
        # A list of customers found by its owner before anybody saw it: 1 x 1 + 0 = 1.
        (score(100, 100, 0, 0, 0, 0), 100, Band.LOW),
        # Health data that hardly name anybody, sent to one known person: 4 x 0.25 + 0.25 = 1.25.
        (score(400, 25, 25, 0, 0, 0), 125, Band.LOW),
        # One step below a band: 4 x 0.25 + (0.25 + 0.5) = 1.75.
        (score(400, 25, 25, 0, 0, 50), 175, Band.LOW),
        # Exactly on it: 2 x 0.5 + (0.5 + 0.5) = 2.
        (score(200, 50, 50, 0, 0, 50), 200, Band.MEDIUM),
        # 3 x 0.75 + 0.5 = 2.75.
        (score(300, 75, 50, 0, 0, 0), 275, Band.MEDIUM),
        # 3 x 0.75 + (0.5 + 0.25) = 3.
        (score(300, 75, 50, 0, 25, 0), 300, Band.HIGH),
        # 3 x 0.75 + (0.5 + 0.25 + 0.25 + 0.5) = 3.75.
        (score(300, 75, 50, 25, 25, 50), 375, Band.HIGH),
        # 4 x 1 + 0 = 4.
        (score(400, 100, 0, 0, 0, 0), 400, Band.VERY_HIGH),
        # Payslips with bank details, copied and out of reach for a time, by ransomware:
        # 3 x 1 + (0.5 + 0.25 + 0.5) = 4.25.
        (score(300, 100, 50, 0, 25, 50), 425, Band.VERY_HIGH),
        # The most there is: 4 x 1 + 4 x 0.5 = 6.
        (score(400, 100, 50, 50, 50, 50), 600, Band.VERY_HIGH),
    ],
)
def test_a_score_is_context_times_identification_plus_circumstances(given: Score, total: int, band: Band) -> None:
    assert (given.total, given.band) == (total, band)


def test_every_product_of_a_context_and_an_ease_is_exact() -> None:
    assert all(context * ease % 100 == 0 for context in CONTEXTS for ease in EASE)


def test_the_values_are_those_of_the_method() -> None:
    assert (CONTEXTS, EASE) == ((100, 200, 300, 400), (25, 50, 75, 100))
    assert (LOSSES, MALICE) == ((0, 25, 50), (0, 50))
