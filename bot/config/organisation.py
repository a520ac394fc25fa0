"""The organisation, as its operator describes it once: what an incident need not ask on the worst day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from bot.config.contracts import Contract, contract_rule, read_contracts
from bot.config.reading import Spot, Wrong, kind, read_group, shown, text
from bot.config.reading import inner_key as inner
from bot.config.reading import key as row
from bot.config.values import some_of
from bot.core.names import Question
from bot.core.people.profile import Profile
from bot.sentences.told import Told

LEAST_DELAY = 5
"""Working days: no insurance contract may leave less (Code des assurances, art. L113-2 4°)."""
_LONGEST_DELAY = 365
_MANY_STAFF = 50
"""From this headcount on, staff representatives are heard on activité partielle (Code du travail, art. R5122-2)."""
_SIREN_DIGITS = 9
_COUNTRY = re.compile(r"[A-Za-z]{2}")


class LegalRole(StrEnum):
    """In which quality the organisation holds personal data; often both."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


class Sector(StrEnum):
    """What brings clocks of its own, in every incident."""

    FINANCE = "finance"
    HEALTH = "health"
    DIGITAL_INFRASTRUCTURE = "digital-infrastructure"
    ESSENTIAL_OPERATOR = "essential-operator"
    VITAL_OPERATOR = "vital-operator"
    CRITICAL_ENTITY = "critical-entity"
    TELECOM = "telecom"
    TRUST_SERVICES = "trust-services"
    PRODUCTS = "products"
    LISTED = "listed"
    LISTED_US = "listed-us"
    UK = "uk"
    SWITZERLAND = "switzerland"
    SWISS_CRITICAL = "swiss-critical"
    QUEBEC = "quebec"


REGIMES: Mapping[Sector, tuple[str, ...]] = MappingProxyType(
    {
        Sector.FINANCE: ("dora",),
        Sector.HEALTH: ("fr-health",),
        Sector.DIGITAL_INFRASTRUCTURE: ("fr-digital-provider", "nis2"),
        Sector.ESSENTIAL_OPERATOR: ("fr-essential-operator", "nis2"),
        Sector.VITAL_OPERATOR: ("fr-vital-operator", "nis2"),
        Sector.CRITICAL_ENTITY: ("cer",),
        Sector.TELECOM: ("telecom", "fr-telecom", "nis2"),
        Sector.TRUST_SERVICES: ("eidas", "nis2"),
        Sector.PRODUCTS: ("cra", "fr-software"),
        Sector.LISTED: ("listed-eu",),
        Sector.LISTED_US: ("listed-us",),
        Sector.UK: ("uk-gdpr",),
        Sector.SWITZERLAND: ("ch-data-protection",),
        Sector.SWISS_CRITICAL: ("ch-cybersecurity",),
        Sector.QUEBEC: ("qc-privacy",),
    }
)
"""The bodies of law a sector brings, as `regime` of rows of the catalogue; the one in force longest comes first."""


class Insured(StrEnum):
    """Whether a policy covers losses from an attack, whatever it is called."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Incidents ask."""


def _insured(value: object) -> Insured:
    """Return the answer; YAML reads a bare `yes` as true."""
    if isinstance(value, bool):
        return Insured.YES if value else Insured.NO
    if isinstance(value, str) and value in list(Insured):
        return Insured(value)
    raise Wrong("mistake.insured", value=shown(value))


def _siren(value: object) -> str:
    """Return nine digits; the last one checks the others."""
    digits = re.sub(r"\s", "", str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (digits.isascii() and digits.isdecimal() and len(digits) == _SIREN_DIGITS):
        raise Wrong("mistake.siren")
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    if sum(sum(divmod(number, 10)) for number in doubled) % 10:
        raise Wrong("mistake.siren_digit", value=shown(digits))
    return digits


def _headcount(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Wrong("mistake.headcount", kind=kind(value))
    return value


def _country(value: object) -> str:
    """Return the two letters; YAML reads a bare `NO` as false."""
    if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
        raise Wrong("mistake.country", value=shown(value))
    return value.upper()


def _region(value: object) -> str:
    """Return the region as text: departments are written as bare numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def _calendar(value: object) -> tuple[str, ...]:
    """Return the names; whether there are such dates is for the content to say."""
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise Wrong("mistake.calendar")
    return tuple(value)


def _delay(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LONGEST_DELAY:
        raise Wrong("mistake.delay", least=LEAST_DELAY)
    if value < LEAST_DELAY:
        raise Wrong("mistake.short_delay", days=value, least=LEAST_DELAY)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Insurer:
    """Who insures, and what the contract says."""

    name: str | None = field(default=None, metadata=row(text))
    contact: str | None = field(default=None, metadata=row(text))
    policy: str | None = field(default=None, metadata=row(text))
    delay_days: int | None = field(default=None, metadata=row(_delay))
    """Working days in which the contract wants to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Somebody the organisation depends on."""

    name: str = field(metadata=row(text, Told("mistake.write.provider")))
    contact: str | None = field(default=None, metadata=row(text))


def _providers(value: object, spot: Spot) -> tuple[Provider, ...]:
    """Return the providers; tells every problem it finds."""
    if not isinstance(value, list):
        spot.tell("mistake.providers", like='- {name: "the host", contact: ...}', kind=kind(value))
        return ()
    read = (read_group(Provider, one, spot.inside(number)) for number, one in enumerate(value, start=1))
    return tuple(provider for provider in list(read) if provider)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who is struck when an incident opens here. Each key but `roles` may be left out, and is then asked."""

    roles: frozenset[LegalRole] = field(metadata=row(some_of(LegalRole), Told("mistake.write.roles")))
    name: str | None = field(default=None, metadata=row(text))
    siren: str | None = field(default=None, metadata=row(_siren))
    sector: str | None = field(default=None, metadata=row(text))
    sectors: frozenset[Sector] = field(default=frozenset(), metadata=row(some_of(Sector)))
    headcount: int | None = field(default=None, metadata=row(_headcount))
    address: str | None = field(default=None, metadata=row(text))
    representative: str | None = field(default=None, metadata=row(text))
    country: str = field(default="FR", metadata=row(_country))
    region: str | None = field(default=None, metadata=row(_region))
    insured: Insured = field(default=Insured.UNKNOWN, metadata=row(_insured))
    insurer: Insurer = field(default_factory=Insurer, metadata=inner(partial(read_group, Insurer)))
    dpo: str | None = field(default=None, metadata=row(text))
    contact: str | None = field(default=None, metadata=row(text))
    providers: tuple[Provider, ...] = field(default=(), metadata=inner(_providers))
    contracts: tuple[Contract, ...] = field(default=(), metadata=inner(read_contracts))
    calendar: tuple[str, ...] = field(default=(), metadata=row(_calendar))
    """Names of dates in the calendar of taxes and payroll; see `bot.library.dates`."""


def read_organisation(written: object, spot: Spot) -> Organisation | None:
    """Read the group; None when it is left out or wrong."""
    if written is None:
        return None
    organisation = read_group(Organisation, written, spot)
    if organisation and organisation.insured is Insured.NO and organisation.insurer != Insurer():
        spot.inside("insured").tell("mistake.insurer")
    return organisation


def profile_of(organisation: Organisation | None) -> Profile:
    """Return what every incident is to know of the organisation; nothing when nobody described it."""
    if organisation is None:
        return Profile()
    return Profile(
        answers=MappingProxyType({Question(name): value for name, value in _answers(organisation) if value}),
        regimes=frozenset(regime for sector in organisation.sectors for regime in REGIMES[sector]),
        insurer_days=organisation.insurer.delay_days,
        contracts=tuple(map(contract_rule, organisation.contracts)),
    )


def _answers(firm: Organisation) -> Iterator[tuple[str, str | None]]:
    yield "processor", _yes_or_no(LegalRole.PROCESSOR in firm.roles)
    yield "organisation", firm.name
    yield "siren", firm.siren
    yield "sector", firm.sector
    if firm.headcount is not None:
        yield "headcount", str(firm.headcount)
        yield "fifty-staff", _yes_or_no(firm.headcount >= _MANY_STAFF)
    yield "address", firm.address
    yield "representative", firm.representative
    yield "dpo-contact", firm.dpo
    yield "contact", firm.contact
    if firm.insured is not Insured.UNKNOWN:
        yield "insured", firm.insured.value
    yield "insurer", firm.insurer.name
    yield "insurer-contact", firm.insurer.contact
    yield "policy", firm.insurer.policy
    yield from _provider_answers(firm.providers)


def _provider_answers(providers: tuple[Provider, ...]) -> Iterator[tuple[str, str | None]]:
    """Yield the one provider; of several nobody knows which was hit, so their contacts alone are at hand."""
    match providers:
        case (only,):
            yield "provider", only.name
            yield "provider-contact", only.contact
        case _:
            lines = (f"{provider.name}: {provider.contact}" for provider in providers if provider.contact)
            yield "provider-contact", "\n".join(lines)


def _yes_or_no(is_so: bool) -> str:  # noqa: FBT001 - the two answers of a question
    return "yes" if is_so else "no"
