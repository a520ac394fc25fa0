"""Who is who in a paper that names nobody: a role for each person of an incident, and the names that go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache

from bot.core import facts
from bot.core.desk import House
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.lessons.review import Record
from bot.core.lessons.roles import Called, Roles, Spoken, folded, parts_of
from bot.core.names import Question, UserId
from bot.core.people.guests import Door
from bot.core.people.naming import full_id, localpart
from bot.core.people.roster import Role
from bot.sentences import languages
from bot.sentences.po import said
from bot.voice.catalogue import word
from bot.voice.markup import Moment, Piece

_RANK = (
    Role.COORDINATOR,
    Role.MANAGEMENT,
    Role.DPO,
    Role.LEGAL,
    Role.IT,
    Role.COMMS,
    Role.HR,
    Role.INSURANCE,
    Role.ADMIN,
    Role.OBSERVER,
)
"""Which of several roles somebody is called by."""
_OF_PEOPLE = frozenset(
    map(
        Question,
        ("representative", "dpo-contact", "contact", "insurer-contact", "provider-contact", "complainant"),
    )
)
"""Details in which people stand."""
_OF_ORGANISATION = Question("organisation")
_COLUMNS = ("contact", "name", "nom", "person", "phone", "mail", "tel")
"""What the name of a column has in it in which people stand."""


@dataclass(frozen=True, slots=True)
class InRoles:
    """Speaks of people by their roles."""

    roles: Roles
    called: Mapping[UserId, str]
    outside: str
    """Who is none of the incident's."""

    def of(self, user: UserId) -> str:
        """Return what *user* is called."""
        return self.called.get(user, self.outside)

    def put(self, shown: str | Piece) -> str | Piece:
        """Return what fills a hole without names; moments stay."""
        if isinstance(shown, Piece):
            return Piece(shown.source, tuple(self._put(value) for value in shown.values))
        return self._put(shown)

    def _put(self, text: str) -> str:
        return text if isinstance(text, Moment) else self.roles.put(text)


def in_roles(incident: Incident, records: Sequence[Record], house: House) -> InRoles:
    """Return who is who in a paper on *incident*; *records* are all its facts."""
    language = incident.language
    outside = word(language, "lessons.role.outside")
    called = _called(incident, language)
    users = dict.fromkeys((*called, *incident.strangers, *house.people, *house.contacts, *_users(records)))
    people = [_account(user, called.get(user, outside), house) for user in users]
    others = [*_behind_doors(incident, called), *_in_answers(incident, records)]
    return InRoles(Roles.of([*people, *others], _spoken(language), spared()), called, outside)


def _called(incident: Incident, language: Language) -> Mapping[UserId, str]:
    """Return what everybody is called who was on the roster; several of one role have numbers."""
    doors = {door.user: door.opened.roles for door in incident.doors.values() if door.user is not None}
    users = dict.fromkeys((*incident.grants, *incident.roster, *incident.behind, *doors))
    role_of = {user: _role(_held(incident, user, doors.get(user, ())), language) for user in users}
    shared, counts, called = Counter(role_of.values()), Counter[str](), {}
    for user, role in role_of.items():
        counts[role] += 1
        is_one = shared[role] == 1
        called[user] = role if is_one else word(language, "lessons.numbered", role=role, number=counts[role])
    return called


def _held(incident: Incident, user: UserId, by_door: Iterable[Role]) -> frozenset[Role]:
    grants = (role for grant in incident.grants.get(user, ()) for role in grant.roles)
    return frozenset((*grants, *incident.roster.get(user, ()), *incident.behind.get(user, ()), *by_door))


def _role(held: Iterable[Role], language: Language) -> str:
    roles = frozenset(held)
    first = next((role for role in _RANK if role in roles), None)
    return word(language, "lessons.role.none" if first is None else f"lessons.role.{first.value}")


def _account(user: UserId, role: str, house: House) -> Called:
    contact = house.contacts.get(user)
    mail, phone = (contact.mail, contact.sms) if contact else (None, None)
    names = (localpart(user), *((mail.partition("@")[0],) if mail else ()))
    return Called(role=role, names=names, accounts=(user, *((mail,) if mail else ())), phones=(phone,) if phone else ())


def _behind_doors(incident: Incident, called: Mapping[UserId, str]) -> Iterable[Called]:
    for door in incident.doors.values():
        if door.opened.name:
            role = _guest(door, called, incident.language)
            yield Called(role=role, exact=(door.opened.name, *parts_of(door.opened.name)))


def _guest(door: Door, called: Mapping[UserId, str], language: Language) -> str:
    role = None if door.user is None else called.get(door.user)
    return _role(door.opened.roles, language) if role is None else role


def _in_answers(incident: Incident, records: Iterable[Record]) -> Iterable[Called]:
    """Yield the people and organisations that answers, the profile and the list of a cascade name."""
    answers = [fact for record in records if isinstance(fact := record.fact, facts.Answered)]
    given = [*incident.answers.items(), *incident.profile.items(), *((fact.question, fact.value) for fact in answers)]
    contact, organisation = (word(incident.language, f"lessons.role.{role}") for role in ("contact", "organisation"))
    columns = (value for name, value in incident.columns.items() if any(part in folded(name) for part in _COLUMNS))
    for value in dict.fromkeys((*(value for name, value in given if name in _OF_PEOPLE), *columns)):
        yield Called(role=contact, exact=(value, *parts_of(value)))
    firms = (incident.organisation, *(value for name, value in given if name == _OF_ORGANISATION))
    yield Called(role=organisation, exact=tuple(dict.fromkeys(firm for firm in firms if firm)))


def _users(records: Iterable[Record]) -> Iterable[UserId]:
    """Yield every account that stands in a field of a fact."""
    for record in records:
        for one in fields(record.fact):
            value = getattr(record.fact, one.name)
            for found in value if isinstance(value, tuple) else (value,):
                if isinstance(found, str) and found[:1] == "@" and (user := full_id(found)) is not None:
                    yield user


def _spoken(language: Language) -> Spoken:
    elided = [entry.partition("=") for entry in said("lessons.elisions", language) if "=" in entry]
    joined = [entry.partition("=") for entry in said("lessons.joins", language) if "=" in entry]
    return Spoken(
        nobody=word(language, "lessons.role.none"),
        account=word(language, "lessons.account"),
        phone=word(language, "lessons.phone"),
        titles=frozenset(map(folded, said("lessons.titles", language))),
        elisions={short: whole for short, _, whole in elided},
        joins={(apart.split()[0], apart.split()[1]): one for apart, _, one in joined},
    )


@cache
def spared() -> frozenset[str]:
    """Return words that name nobody, in every language: of roles, and those that texts are made of."""
    keys = (*(f"typed.role.{role.value}" for role in Role), "lessons.spared")
    roles = ("none", "outside", "contact", "organisation", *(role.value for role in Role))
    texts = [text for language in languages() for key in keys for text in said(key, language)]
    texts += [word(language, f"lessons.role.{role}") for language in languages() for role in roles]
    return frozenset(part for text in texts for part in folded(text).replace("'", " ").replace("’", " ").split())
