"""Deciding on letters to clients: what may be merged, whose letter is new, who was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from hashlib import sha256

from bot.core.commands import MarkSent
from bot.core.documents import errors
from bot.core.documents.drafts import DraftTemplate
from bot.core.documents.letters import CLIENT, Mailing, newest
from bot.core.errors import DraftNotMade, IncidentClosed, NotAllowed, TimeInFuture
from bot.core.facts import Channel, DraftFrozen, Letter, LettersMade, LettersSent
from bot.core.incident import Incident, Status
from bot.core.language import key_of
from bot.core.names import DraftId, UserId, name_of
from bot.core.people.roster import Right, has_right, roles_giving


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter that was written, and has no number yet."""

    client: str
    values: Mapping[str, str]
    digest: str


def mergeable(incident: Incident, draft: DraftId, by: UserId) -> DraftFrozen:
    """Return what letters are written from; raises RuleError when none may be."""
    if incident.status is Status.CLOSED:
        raise IncidentClosed
    if not has_right(incident.roster.get(by, frozenset()), Right.REVIEW):
        raise NotAllowed(roles_giving(Right.REVIEW))
    state = incident.drafts.get(draft)
    if state is None:
        raise DraftNotMade(draft)
    if state.frozen is None:
        raise errors.DraftNotFrozen(draft)
    if not any(hole.name == CLIENT for hole in state.frozen.holes):
        raise errors.DraftNotForClients(draft)
    if state.frozen.missing:
        raise errors.DraftIncomplete(draft, state.frozen.missing)
    return state.frozen


def made(
    incident: Incident,
    frozen: DraftFrozen,
    template: DraftTemplate,
    written: Sequence[Written],
    by: UserId,
    now: datetime,
) -> LettersMade:
    """Number the letters of those who are not told yet; a client of an earlier list keeps the number."""
    mailing = incident.mailings.get((frozen.draft, frozen.version))
    known = {key_of(one.client): one.number for one in mailing.letters.values()} if mailing else {}
    letters: list[Letter] = []
    last = len(known)
    for one in written:
        number = known.get(key_of(one.client), last + 1)
        if mailing is not None and mailing.is_told(number):
            continue
        last = max(last, number)
        letters.append(Letter(number=number, client=one.client, values=one.values, digest=one.digest))
    if not letters:
        raise errors.AllTold(mailing.name if mailing else frozen.draft)
    return LettersMade(
        at=now,
        by=by,
        draft=frozen.draft,
        name=name_of(frozen.draft, template.called, incident.language),
        version=frozen.version,
        text=sha256(frozen.text.encode("utf-8", "surrogatepass")).hexdigest(),
        clock=template.clock,
        letters=tuple(letters),
    )


def sent(incident: Incident, act: MarkSent, by: UserId, now: datetime) -> LettersSent:
    """Record who was told, and how. Whoever was told so already is not told twice."""
    mailing = _mailing(incident, act)
    when = act.when or now
    if when > now:
        raise TimeInFuture(when, now)
    if when < mailing.made_at.replace(second=0, microsecond=0):
        raise errors.SentBeforeMade(when, mailing.made_at)
    clients = tuple(number for number in _meant(mailing, act) if _is_news(mailing, number, act))
    if not clients:
        raise (errors.NobodyTold if act.channel is Channel.RETURNED else errors.AllTold)(mailing.name)
    return LettersSent(
        at=now,
        by=by,
        draft=mailing.draft,
        version=mailing.version,
        clients=clients,
        channel=act.channel,
        sent_at=when,
        reference=act.reference,
    )


def _mailing(incident: Incident, act: MarkSent) -> Mailing:
    known = newest(incident.mailings)
    if act.draft is not None:
        known = tuple(mailing for mailing in known if mailing.draft == act.draft)
    if not known:
        raise errors.NoLetters
    if len(known) > 1:
        known = tuple(one for one in known if one.left or act.channel is Channel.RETURNED) or known[-1:]
    if len(known) > 1:
        raise errors.WhichLetters(tuple(mailing.name for mailing in known))
    return known[0]


def _meant(mailing: Mailing, act: MarkSent) -> Iterable[int]:
    match act.who:
        case None if act.channel is Channel.RETURNED:
            return mailing.letters
        case None:
            return [letter.number for letter in mailing.left]
        case str() as who:
            return [_named(mailing, who)]
        case numbers:
            for number in numbers:
                if number not in mailing.letters:
                    raise errors.UnknownLetter(number, len(mailing.letters))
            return dict.fromkeys(numbers)


def _named(mailing: Mailing, who: str) -> int:
    """Return the number of the client of that name, or of the only one whose name has it in it."""
    wanted = key_of(who)
    known = {key_of(letter.client): letter for letter in mailing.letters.values()}
    found = [known[wanted]] if wanted in known else [letter for key, letter in known.items() if wanted in key]
    if len(found) > 1:
        raise errors.AmbiguousClient(who, tuple(f"{letter.number} {letter.client}" for letter in found))
    if not found:
        near = get_close_matches(wanted, {part for key in known for part in (key, *key.split())})
        alike = [letter for key, letter in known.items() if any(part in key for part in near)]
        raise errors.UnknownClient(who, tuple(f"{letter.number} {letter.client}" for letter in alike))
    return found[0].number


def _is_news(mailing: Mailing, number: int, act: MarkSent) -> bool:
    """Say whether the log does not say so already: a second message by another way is news, the same one is none."""
    last = mailing.last(number)
    if act.channel is Channel.RETURNED:
        return mailing.is_told(number)
    return last is None or (last.channel, last.reference) != (act.channel, act.reference)
