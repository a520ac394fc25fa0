"""Each quarter everybody is asked whether the addresses still hold at which they are reached outside of the rooms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.errors import RuleError
from bot.core.facts.duty import ContactAnswered, ContactAsked, ContactFact, ContactSilenceTold
from bot.core.names import UserId
from bot.core.people.contacts import Contact

ASKED_AT = time(10)
"""On the house's clock, on the first working day of the quarter."""
STILL_ASKED = timedelta(days=7)
"""For so long after that time somebody is asked who was not: the bot was down, or has just been installed."""
WAITS = timedelta(days=7)
"""Who has not answered after this is named in the control room."""
_SATURDAY = 5


@dataclass(eq=False)
class NoContact(RuleError):
    """The configuration has no address of whoever answers that it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Who was asked last, who answered last, and whose silence was told last; by its quarter's first day."""

    asked: Mapping[UserId, ContactAsked] = field(default_factory=dict)
    answered: Mapping[UserId, ContactAnswered] = field(default_factory=dict)
    told: Mapping[UserId, date] = field(default_factory=dict)


def evolve_checks(checks: Checks, fact: ContactFact) -> Checks:
    """Return what is known after *fact*."""
    match fact:
        case ContactAsked(user=user):
            return replace(checks, asked={**checks.asked, user: fact})
        case ContactAnswered(by=by):
            return replace(checks, answered={**checks.answered, by: fact})
        case ContactSilenceTold(users=users, quarter=quarter):
            return replace(checks, told={**checks.told, **dict.fromkeys(users, quarter)})
        case _:
            assert_never(fact)


def quarter_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the first day of the quarter in which *at* lies."""
    day = at.astimezone(zone).date()
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def quarter_after(quarter: date) -> date:
    """Return the first day of the next quarter."""
    return (quarter + timedelta(days=100)).replace(day=1)


def asked_at(quarter: date, closed_days: Collection[date], zone: ZoneInfo) -> datetime:
    """Return when people are asked in *quarter*: its first day that is neither of a weekend nor a holiday."""
    day = quarter
    while day.weekday() >= _SATURDAY or day in closed_days:
        day += timedelta(days=1)
    return datetime.combine(day, ASKED_AT, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What is to be done in the quarter of a moment."""

    contacts: Mapping[UserId, Contact]
    checks: Checks
    closed_days: Collection[date]
    zone: ZoneInfo

    def to_ask(self, now: datetime) -> tuple[UserId, ...]:
        """Return who is to be asked *now*."""
        quarter = quarter_of(now, self.zone)
        begins = asked_at(quarter, self.closed_days, self.zone)
        return self._unasked(quarter) if begins <= now < begins + STILL_ASKED else ()

    def silent(self, now: datetime) -> tuple[UserId, ...]:
        """Return who was asked long enough ago, has not answered, and was not named yet."""
        return tuple(user for user, at in self._waiting().items() if at + WAITS <= now)

    def next(self, now: datetime) -> datetime | None:
        """Return when there is something to do next, which may be *now*; None: nobody has an address."""
        if not any(map(is_asked, self.contacts.values())):
            return None
        following = asked_at(quarter_after(quarter_of(now, self.zone)), self.closed_days, self.zone)
        this = asked_at(quarter_of(now, self.zone), self.closed_days, self.zone)
        times = [following, *(at + WAITS for at in self._waiting().values()), *([now] if self.to_ask(now) else [])]
        return min([*times, *([this] if this > now else [])])

    def waits_for(self, user: UserId) -> bool:
        """Say whether *user* was asked and has not answered since."""
        asked, answered = self.checks.asked.get(user), self.checks.answered.get(user)
        return user in self.contacts and asked is not None and (answered is None or answered.at < asked.at)

    def _unasked(self, quarter: date) -> tuple[UserId, ...]:
        done = (self.checks.asked, self.checks.answered)
        return tuple(
            user
            for user, contact in self.contacts.items()
            if is_asked(contact) and not any(user in facts and facts[user].quarter == quarter for facts in done)
        )

    def _waiting(self) -> Mapping[UserId, datetime]:
        """Return who has not answered and was not named for it, with when they were asked."""
        return {
            user: asked.at
            for user, asked in self.checks.asked.items()
            if self.waits_for(user) and self.checks.told.get(user) != asked.quarter
        }


def is_asked(contact: Contact) -> bool:
    """Say whether there is an address to ask about."""
    return any((contact.mail, contact.sms, contact.ntfy))


def masked_mail(address: str) -> str:
    """Return as much of an address as its owner knows it by: `a…@example.net`."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def masked_number(number: str) -> str:
    """Return as much of a number: `+33 6 •• •• •• 12`; of a country whose way to write it is unknown, its ends."""
    if number.startswith("+33") and len(number) == len("+33600000000"):
        return f"+33 {number[3]} •• •• •• {number[-2:]}"
    return f"{number[:3]} •• •• •• {number[-2:]}"


def masked_topic(topic: str) -> str:
    """Return as much of a topic or an endpoint: its beginning is all that many share, so its end."""
    return f"…{topic[-3:]}"
