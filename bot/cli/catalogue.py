"""The catalogue of clocks as a list: what `cellule clocks list` answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.core.clocks.lengths import HOUR
from bot.core.clocks.rules import Rule, Standing, standing
from bot.core.language import ENGLISH, Words
from bot.core.names import RuleId, meant
from bot.sentences import languages
from bot.voice.lengths import length_words

Json = str | bool | dict[str, str] | None


def find(rules: Sequence[Rule], name: str, day: date) -> Rule | None:
    """Return the row a person calls *name* on the console: the one valid on *day*, switched on or not.

    A proposal has no day and is found by its whole name only, with its version.
    """
    asked = (meant(name, ((rule.id, rule.called) for rule in rules)) or name).casefold()
    usable = [rule for rule in rules if standing(rule, day) in (Standing.IN_FORCE, Standing.OFF)]
    named = [rule for rule in rules if rule.version and rule.name.casefold() == asked]
    return next((rule for rule in (*usable, *named) if asked in (rule.id.casefold(), rule.name.casefold())), None)


def ids_on(rules: Sequence[Rule], day: date) -> tuple[RuleId, ...]:
    """Return the ids that `find` knows on *day*."""
    return tuple(rule.id for rule in rules if standing(rule, day) in (Standing.IN_FORCE, Standing.OFF))


def to_json(rule: Rule, today: date) -> Mapping[str, Json]:
    """Return one row as JSON's own types."""
    state = standing(rule, today)
    return {
        "id": rule.id,
        "duty": rule.duty or rule.id,
        "version": rule.version,
        "regime": rule.regime,
        "role": rule.role,
        "title": _both(rule.title),
        "who": _both(rule.who),
        "to": _both(rule.to),
        "trigger": _both(rule.trigger),
        "late": _both(rule.late),
        "needs": _both(rule.needs),
        "channel": rule.channel,
        "aim": f"{rule.aim // HOUR} h" if rule.aim else None,
        "length": {language: length_words(rule.length, language) for language in languages()},
        "after": rule.after,
        "soft": rule.soft,
        "counts_in_full_hours": rule.counts_in_full_hours,
        "rests_on_closed_days": rule.rests_on_closed_days,
        "owner": rule.owner.value,
        "source": rule.source,
        "source_url": rule.source_url,
        "read_on": rule.read_on.isoformat(),
        "proof": rule.proof.value,
        "valid_from": _iso(rule.valid_from),
        "valid_to": _iso(rule.valid_to),
        "state": state.value,
        "why": _both(rule.why_off) if state is Standing.OFF else None,
    }


def to_lines(rules: Sequence[Rule], today: date) -> Iterator[str]:
    """Yield the rows for a person, each with the lines that belong to it."""
    for rule in rules:
        state = standing(rule, today)
        yield f"{rule.name}  {rule.title.to(ENGLISH)}"
        yield f"    {rule.regime}, {rule.role}: {length_words(rule.length, ENGLISH)}{_start(rule)}"
        yield f"    {rule.source}, proof {rule.proof} (read on {rule.read_on}): {rule.source_url}"
        yield f"    {_state(rule, state)}"


def _start(rule: Rule) -> str:
    mark = "; not a legal limit" if rule.soft else f"; our aim {rule.aim // HOUR} h" if rule.aim else ""
    return f", after {rule.after} is filed{mark}" if rule.after else mark


def _state(rule: Rule, state: Standing) -> str:
    if rule.valid_from is None:
        return f"{state}, no day is known; only `clocks: {{enable: [{rule.name}]}}` switches it on"
    span = f"since {rule.valid_from}" + (f" until {rule.valid_to}" if rule.valid_to else "")
    if rule.why_off is None or state is not Standing.OFF:
        return f"{state}, {span}"
    return f"{state} (valid {span}): {rule.why_off.to(ENGLISH)}"


def _both(words: Words | None) -> dict[str, str] | None:
    return None if words is None else dict(words.texts)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
