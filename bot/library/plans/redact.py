"""What stays out of a playbook: telephone numbers, mail addresses, people's names. They belong to the contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum, auto

OPEN, CLOSE = "\ue000", "\ue001"
"""Around what a mark will say, until the text is written down."""
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_SHORTEST_NAME = 3
_NOT_NAMES = "CNIL|ANSSI|CERT|RSSI|RGPD|GDPR|LOPMI|CODIR|COMEX|DORA|SIREN|IBAN|URSSAF|DGFIP|BYOD|ENISA|NIST|CISO|CSIRT"
"""Capitals that follow a word and are no family name."""
_AUTHORITY = re.compile(
    rf"(?:{_NOT_NAMES}|police|gendarmerie|commissariat|préfecture|parquet|tribunal|mairie|pompiers|samu"
    r"|(?:préfet|procureur|prosecutor)(?=$| d| of))\b",
    re.IGNORECASE,
)
"""Begins the name of an authority."""
_FIRM = re.compile(
    r"(?:cabinet|société|groupe|agence|étude|maison|compagnie|entreprise|service|centre|direction|mutuelle|sarl|sas"
    r"|assureur|assurance|banque|hébergeur|opérateur|insurer|insurance|bank|support|hotline"
    r"|firm|company|group|agency|office|team|department)\b",
    re.IGNORECASE,
)
"""Begins the name of a firm: without capitals behind it there is none, and its last word alone says something else."""


class Private(StrEnum):
    """What was left out."""

    PHONE = auto()
    MAIL = auto()
    PERSON = auto()


_FORMS = (
    (Private.MAIL, re.compile(r"[\w.+-]{1,64}@\w[\w-]*(?:\.[\w-]+)+")),
    (Private.PERSON, re.compile(r"@[\w.=/+-]{1,64}:\w[\w.-]*\w")),
    (
        Private.PHONE,
        re.compile(
            r"(?<![\w.])(?!(?:\d{1,2}[/.\-]){1,2}(?:19|20)\d\d\b)"  # a date, as an hour follows it
            r"(?:\+\d{1,3}|\(?0\)?\d|\(\d{3}\))(?:[\s.\-/()]{0,3}\d){7,26}(?!\w)|\b\d{3}[-.]\d{3}[-.]\d{4}\b"
        ),
    ),
    (
        Private.PERSON,
        re.compile(r"\b(?:M\.|MM\.|Mme|Mlle|Mr|Mrs|Ms|Me|Maître|Dr)\.?\s+(?:[A-ZÀ-Þ][\w’'-]*\.?\s?){1,3}"),
    ),
    (
        Private.PERSON,
        re.compile(rf"\b[A-ZÀ-Þ][a-zà-ÿ]+(?:-[A-ZÀ-Þ][a-zà-ÿ]+)?\s+(?!(?:{_NOT_NAMES})\b)[A-ZÀ-Þ]{{4,}}\b"),
    ),
)
_A_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?:\s+[A-ZÀ-Þ][\w’'.-]*){1,3}")
_TWO_WORDS = r"[A-ZÀ-Þ][a-zà-ÿ]+(?:-[A-ZÀ-Þ][a-zà-ÿ]+)?\s+[A-ZÀ-Þ][\w’'-]+"
_CALLS = (
    "appeler|appelez|contacter|contactez|joindre|joignez|prévenir|prévenez|alerter|alertez|avertir|avertissez"
    "|call|phone|contact|tell|warn|ask|alert|inform"
)
_PERSON = f"{OPEN}{Private.PERSON}{CLOSE}"
_CALLED = re.compile(rf"(?P<before>\b(?i:{_CALLS})\s+){_TWO_WORDS}")
"""Two words with capitals after such a verb are somebody, or some firm."""
_BESIDE = re.compile(_TWO_WORDS)
"""So are they on the line of a number or an address."""


@dataclass(slots=True)
class Redactor:
    """Takes them out of texts."""

    names: set[str] = field(default_factory=set)
    """Of people, as the plan's lists of contacts and columns of roles give them."""
    taken: dict[Private, set[str]] = field(default_factory=lambda: {kind: set() for kind in Private})
    """What was taken out, each once."""

    def learn(self, names: Iterable[str], *, sure: bool) -> None:
        """Know *names* wherever they stand; where one is not *sure*, only what looks like a first and a last name."""
        for name in (" ".join(name.split()) for name in names):
            if len(name) < _SHORTEST_NAME or _AUTHORITY.match(name):
                continue
            is_one, is_firm = _A_NAME.fullmatch(name) is not None, _FIRM.match(name) is not None
            if not is_one and (is_firm or not sure):
                continue
            self.names.add(name)
            last = name.split()[-1]
            if sure and (last == name or (is_one and not is_firm and len(last) > _SHORTEST_NAME)):
                self.names.update({last, last.title(), last.upper()})

    def clean(self, text: str) -> str:
        """Return *text* with a mark in place of each of them."""
        text = _PRIVATE_USE.sub("", text)
        if self.names:
            text = self._take(Private.PERSON, self._named(), text)
        for kind, form in (*_FORMS, (Private.PERSON, _CALLED)):
            text = self._take(kind, form, text)
        return "\n".join(
            self._take(Private.PERSON, _BESIDE, line) if OPEN in line.replace(_PERSON, "") else line
            for line in text.split("\n")
        )

    def _named(self) -> re.Pattern[str]:
        """Return what finds the names: several words in whatever case, one word in the case it has."""
        longest_first = sorted(self.names, key=len, reverse=True)
        forms = (f"(?i:{re.escape(name)})" if " " in name else re.escape(name) for name in longest_first)
        return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")

    def _take(self, kind: Private, form: re.Pattern[str], text: str) -> str:
        def marked(found: re.Match[str]) -> str:
            before = found.groupdict().get("before", "")
            self.taken[kind].add(found[0].removeprefix(before).strip())
            return f"{before}{OPEN}{kind}{CLOSE}{' ' if found[0].endswith(' ') else ''}"

        return form.sub(marked, text)
