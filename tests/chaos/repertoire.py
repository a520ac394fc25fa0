"""What the crowd types: one row for each kind of command, in both languages, with what it means for the judge."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.chaos.judge.acts import Act
from tests.chaos.judge.times import typed

STEPS = ("D1", "D2", "P1", "P2", "C1", "C2", "N4", "I1", "I2", "R1", "Z9")
"""R1 is needed only once staff stands still; there is no Z9."""
ROLES = {"it": "informatique", "legal": "juridique", "comms": "communication"}
NAMES = {
    "personal-data": "donnees-personnelles",
    "stolen-data": "Données-Volées",
    "staff-stopped": "salaries-arretes",
    "fifty-staff": "cinquante-salaries",
    "high-risk": "risque-eleve",
    "GDPR-33-1": "CNIL",
    "GDPR-33-2": "clients",
    "GDPR-33-4": "complement-cnil",
    "GDPR-34": "Personnes",
    "FR-LOPMI": "plainte",
    "FR-INS-5": "assureur",
}
"""What some clocks and questions are called in French: understood in every room, as their ids are."""
ANSWERS = {"yes": "oui", "no": "non", "unknown": "inconnu"}
QUESTIONS = ("stolen-data", "staff-stopped", "fifty-staff", "high-risk")
"""Those whose answers contradict nothing that the crowd says."""
ALIKE = {
    "help.note": ("!help note", "!aide note"),
    "help.snooze": ("!help snooze", "!aide reporter"),
    "help.ack": ("!help ack", "!aide vu"),
    "word.doen": ("!doen D1", "!doen D1"),
    "word.xyzzy": ("!xyzzy {m}", "!xyzzy {m}"),
    "done.what": ("!done", "!fait"),
    "skip.why": ("!skip D1", "!passer D1"),
    "timeline.99": ("!timeline 99", "!chronologie 99"),
    "snooze.soon": ("!snooze GDPR-33-1 soon", "!reporter GDPR-33-1 soon"),
    "status.now": ("!status now", "!etat now"),
}
"""Wrong words, wrong arguments and help: always answered alike."""
AT_THE_DESK = {
    "help.open": ("!help open", "!aide ouvrir"),
    "word.xyzzy": ("!xyzzy {m}", "!xyzzy {m}"),
    "wrong.room": ("!status", "!etat"),
}
"""The same in the control room."""
OF_LEADERS = {"severity.purple": ("!severity purple", "!gravite purple")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody types, and what it means."""

    words: str
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whose turn it is to type."""

    chance: random.Random
    who: str
    marker: str
    rules: Sequence[str]
    """The clocks that were started in the room."""
    others: Mapping[str, str]
    """The people of the room: what each is called, with their ids."""

    def typed(
        self,
        words: tuple[str, ...],
        kind: str,
        what: str = "",
        text: str = "",
        when: datetime | None = None,
        hours: int = 0,
    ) -> Typed:
        line = self.chance.choice(words).replace("{m}", self.marker).strip()
        return Typed(words=line, act=Act(kind=kind, who=self.who, what=what, text=text, when=when, hours=hours))

    def pick(self, things: Sequence[str]) -> str:
        return self.chance.choice(things)


def note(turn: Turn) -> Typed:
    return turn.typed(("!note {m}", "!note {m}"), kind="note", text=turn.marker)


def _status(turn: Turn) -> Typed:
    return turn.typed(("!status", "!etat"), kind="status")


def _timeline(turn: Turn) -> Typed:
    return turn.typed(("!timeline 1", "!chronologie 1"), kind="timeline")


def _alike(turn: Turn) -> Typed:
    what = turn.pick(list(ALIKE))
    return turn.typed(ALIKE[what], kind="always", what=what)


def _done(turn: Turn) -> Typed:
    step, result = turn.pick(STEPS), turn.pick(("", turn.marker))
    return turn.typed((f"!done {step} {result}", f"!fait {step} {result}"), kind="done", what=step, text=result)


def _skip(turn: Turn) -> Typed:
    step = turn.pick(STEPS)
    return turn.typed((f"!skip {step} {{m}}", f"!passer {step} {{m}}"), kind="skip", what=step, text=turn.marker)


def _reopen(turn: Turn) -> Typed:
    step = turn.pick(STEPS)
    return turn.typed((f"!reopen {step}", f"!rouvrir {step}"), kind="reopen", what=step)


def _assign(turn: Turn) -> Typed:
    step, role, name = turn.pick(STEPS), turn.pick(list(ROLES)), turn.pick(list(turn.others))
    words, to = turn.chance.choice(
        (
            ((f"!assign {step} me", f"!confier {step} moi"), turn.who),
            ((f"!assign {step} {role}", f"!confier {step} {ROLES[role]}"), role),
            ((f"!assign {step} {name}", f"!confier {step} {name}"), turn.others[name]),
            ((f"!assign {step} zoe", f"!confier {step} zoe"), "@zoe"),
        )
    )
    return turn.typed(words, kind="assign", what=step, text=to)


def _answer(turn: Turn) -> Typed:
    name, value = turn.pick(QUESTIONS), turn.pick(list(ANSWERS))
    return turn.typed(
        (f"!fact {name} {value}", f"!constat {name} {ANSWERS[value]}", f"!constat {NAMES[name]} {value}"),
        kind="fact",
        what=name,
        text=value,
    )


def _wrong_answer(turn: Turn) -> Typed:
    words = ("!fact personal-data perhaps", "!constat donnees-personnelles perhaps")
    return turn.typed(words, kind="fact", what="personal-data", text="perhaps")


def _detail(turn: Turn) -> Typed:
    return turn.typed(("!fact known {m}", "!constat connu {m}"), kind="fact", what="known", text=turn.marker)


def ack(turn: Turn) -> Typed:
    return turn.typed(("!ack", "!vu"), kind="ack")


def _snooze(turn: Turn) -> Typed:
    return rest(turn, turn.pick(turn.rules), turn.chance.choice((1, 2, 5, 9, 90)))


def _file(turn: Turn) -> Typed:
    words = ("!filed FR-INS-5 {m}", "!declare FR-INS-5 {m}")
    return turn.typed(words, kind="filed", what="FR-INS-5", text=turn.marker)


def _waive(turn: Turn) -> Typed:
    return set_aside(turn, "FR-INS-5")


def _severity(turn: Turn) -> Typed:
    severity = turn.pick(("medium", "high", "crisis"))
    french = {"medium": "moyenne", "high": "élevée", "crisis": "crise"}[severity]
    return turn.typed((f"!severity {severity}", f"!gravite {french}"), kind="severity", what=severity)


def _purple(turn: Turn) -> Typed:
    return turn.typed(OF_LEADERS["severity.purple"], kind="always", what="severity.purple")


def _confirm_nothing(turn: Turn) -> Typed:
    return turn.typed(("!confirm 7", "!confirmer 7"), kind="confirm", what="7")


def _remove(turn: Turn) -> Typed:
    """Of two who lead neither can be taken out."""
    name, user = next(
        (name, user) for name, user in turn.others.items() if user != turn.who and name.startswith(("alice", "bob"))
    )
    return turn.typed((f"!remove {name}", f"!retirer {name}"), kind="remove", what=user)


def _not_allowed(turn: Turn) -> Typed:
    return turn.typed(("!close {m}", "!clore {m}"), kind="not.allowed")


Row = Callable[[Turn], Typed]
EVERYBODY: Mapping[Row, int] = {
    note: 8,
    _status: 2,
    _timeline: 2,
    _alike: 2,
    _done: 2,
    _skip: 1,
    _reopen: 1,
    _assign: 1,
    _answer: 1,
    _wrong_answer: 1,
    _detail: 1,
}
"""What anybody types, and how often."""
LEADERS: Mapping[Row, int] = {
    **EVERYBODY,
    _severity: 1,
    _purple: 1,
    _confirm_nothing: 1,
    _remove: 1,
    _file: 1,
    _waive: 1,
}
WORKERS: Mapping[Row, int] = {**EVERYBODY, _not_allowed: 1, _file: 1}
ANSWERING: Mapping[Row, int] = {ack: 1, _snooze: 1}
"""What answers a reminder: typed where people do answer."""


def personal_data(turn: Turn) -> Typed:
    words = ("!fact personal-data yes", "!constat personal-data oui", "!fact donnees-personnelles oui")
    return turn.typed(words, kind="fact", what="personal-data", text="yes")


def _called(rule: str) -> str:
    return NAMES.get(rule, rule)


def aware(turn: Turn, rule: str, when: datetime) -> Typed:
    words = (f"!aware {rule} {typed(when)} {{m}}", f"!connaissance {_called(rule)} {typed(when)} {{m}}")
    return turn.typed(words, kind="aware", what=rule, text=turn.marker, when=when.replace(microsecond=0))


def without_reason(turn: Turn, rule: str, when: datetime) -> Typed:
    words = (f"!aware {_called(rule)} {typed(when)}", f"!connaissance {rule} {typed(when)}")
    return turn.typed(words, kind="aware", what=rule, when=when.replace(microsecond=0))


def filed(turn: Turn, rule: str) -> Typed:
    return turn.typed(
        (f"!filed {rule} {{m}}", f"!declare {_called(rule)} {{m}}"), kind="filed", what=rule, text=turn.marker
    )


def set_aside(turn: Turn, rule: str) -> Typed:
    return turn.typed(
        (f"!waive {rule} {{m}}", f"!ecarter {_called(rule)} {{m}}"), kind="waive", what=rule, text=turn.marker
    )


def rest(turn: Turn, rule: str, hours: int) -> Typed:
    words = (f"!snooze {rule} {hours}h", f"!reporter {_called(rule)} {hours}h")
    return turn.typed(words, kind="snooze", what=rule, hours=hours)


def promise(turn: Turn, when: datetime) -> Typed:
    words = (f"!fact next-update {typed(when)}", f"!constat prochain-point {typed(when)}")
    return turn.typed(words, kind="fact", what="next-update", when=when.replace(microsecond=0))


def close(turn: Turn) -> Typed:
    return turn.typed(("!close {m}", "!clore {m}"), kind="close", text=turn.marker)


def confirm(turn: Turn, number: int) -> Typed:
    return turn.typed((f"!confirm {number}", f"!confirmer {number}"), kind="confirm", what=str(number))


def resume(turn: Turn) -> Typed:
    return turn.typed(("!resume", "!reprendre"), kind="resume")


def add_clock(turn: Turn, when: datetime) -> Typed:
    words = (f"!clock add {{m}} {typed(when)}", f"!delai ajouter {{m}} {typed(when)}")
    return turn.typed(words, kind="clock", what=turn.marker.upper(), text=turn.marker, when=when.replace(microsecond=0))


def opening(turn: Turn, language: str, *, is_drill: bool) -> Typed:
    drill = (" --drill", " --exercice") if is_drill else ("", "")
    words = (
        f"!open {{m}} --playbook provider-hit --lang {language}{drill[0]}",
        f"!ouvrir {{m}} --playbook prestataire --langue {language}{drill[1]}",
    )
    kind = "open.drill" if is_drill else "open"
    return turn.typed(words, kind=kind, what=language, text=turn.marker)


def at_the_desk(turn: Turn) -> Typed:
    what = turn.pick(list(AT_THE_DESK))
    return turn.typed(AT_THE_DESK[what], kind="always", what=what)


def choose(rows: Mapping[Row, int], turn: Turn) -> Typed:
    return turn.chance.choices(list(rows), list(rows.values()))[0](turn)
