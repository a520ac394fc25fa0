"""Whether somebody is who they were."""

import pytest

from bot.core.people.trust import TheirIdentity


@pytest.mark.parametrize(
    ("known", "published", "changed"),
    [(None, None, False), (None, "a", False), ("a", "a", False), ("a", "b", True), ("a", None, True)],
)
def test_an_identity_changed_when_another_one_or_none_is_published_than_is_known(
    known: str | None, published: str | None, changed: bool
) -> None:
    assert TheirIdentity(known=known, published=published).is_changed is changed
