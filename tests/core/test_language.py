"""Spelling that does not count."""

import pytest

from bot.core.language import fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Élevée", "elevee"), ("GDPR-33-1", "gdpr-33-1"), ("e\u0301", "e"), ("", ""), ("Straße", "strasse")],
)
def test_case_and_accents_do_not_count(typed: str, folded: str) -> None:
    assert fold(typed) == folded
