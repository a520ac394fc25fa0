"""What stays of a parent when one of its organisations is purged: all but the calls to that one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.documents.purge import without_calls
from bot.core.facts import CallsErased, Fact, FirmCalled, Noted, Recorded
from bot.core.names import DeviceId, InputId
from tests.core.build import ALICE, HOUR, NOW, OPENED, incident
from tests.core.cascades import child, row

ALPHA, LATER = child(row("Alpha")), NOW + HOUR
HAPPENED = st.one_of(
    st.sampled_from(("alpha", "beta")).map(lambda key: FirmCalled(at=NOW, by=ALICE, key=key, text="x")),
    st.just(Noted(at=NOW, by=ALICE, text="x")),
)


def recorded(facts: list[Fact]) -> list[Recorded[Fact]]:
    return [
        Recorded(number=number, fact=fact, input=InputId(f"$e{number}"), device=DeviceId("PHONE"), digest=str(number))
        for number, fact in enumerate(facts, 1)
    ]


@given(st.lists(HAPPENED, max_size=8))
def test_its_calls_go_and_nothing_else_does(happened: list[Fact]) -> None:
    facts = [OPENED, *happened]
    left = [record.fact for record in without_calls(recorded(facts), ALPHA, LATER)]  # type: ignore[arg-type]  # a wider list
    stay = [fact for fact in facts if not isinstance(fact, FirmCalled) or fact.key != "alpha"]
    gone = len(facts) - len(stay)
    if not gone:
        assert left == []
    else:
        assert left == [*stay, CallsErased(at=LATER, calls=gone, entries=len(facts), head=str(len(facts)))]


def test_what_is_no_organisations_has_no_calls() -> None:
    called = FirmCalled(at=NOW, by=ALICE, key="alpha", text="x")
    assert without_calls(recorded([OPENED, called]), incident(), LATER) == ()  # type: ignore[arg-type]  # a wider list
