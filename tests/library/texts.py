"""Small content files to break in tests."""

from __future__ import annotations

FRONT = """\
---
id: sample
language: en
title: A sample
summary: For tests.
version: 1.0
roles: [coordinator, it]
questions:
  - name: insured
    text: Insured?
  - name: scope
    text: How far?
    values: [none, all, unknown]
clocks:
  - rule: FR-LOPMI
    when: insured = yes or unknown
---
"""
BODY = """\
# A sample

Free text for readers.

## D · Detect

Look first.
Then look again.

### D1 · Look

- **Who:** it
- **By:** 15 min
- **Keep:** a screenshot
- **Mandatory**
- **Source:** experience

Look at the screen,
and write down what you see.

- one
  thing
- another

### D2 · Complain

- **Who:** coordinator
- **By:** 24 h; legal limit
  72 h
- **When:** insured = yes or unknown and scope = all
- **Clock:** FR-LOPMI
- **Source:** the law

Go to the police.

```
## not a heading
  kept as it is
```

## R · Recover

Come back.

### R1 · Reconnect

- **Who:** it
- **By:** before each service
- **Clock:** FR-LOPMI
- **Source:** experience

Only on proof.
"""
SAMPLE = FRONT + BODY

FRENCH_LABELS = {
    "**Who:**": "**Qui :**",
    "**By:**": "**Pour :**",
    "**Keep:**": "**Garder :**",
    "**When:**": "**Quand :**",
    "**Clock:**": "**Délai :**",
    "**Mandatory**": "**Obligatoire**",
    "language: en": "language: fr",
}

RULES = """\
rules:
  - id: FR-LOPMI
    title: {fr: Déposer plainte, en: File a complaint}
    who: {fr: La victime, en: The victim}
    to: {fr: La police, en: The police}
    trigger: {fr: L'attaque est connue, en: The attack is known}
    late: {fr: Déposez quand même, en: File all the same}
    regime: fr-lopmi
    role: victim
    length: 72 h
    owner: coordinator
    source: C. assur. L12-10-1
    source_url: https://example.org/law
    read_on: 2026-11-24
    proof: P
    valid_from: 2023-04-24
    example: {aware: 2023-12-08 18:00, due: 2023-12-11 18:00}
"""


def in_french(text: str) -> str:
    """Return *text* with the labels of the other language."""
    for english, french in FRENCH_LABELS.items():
        text = text.replace(english, french)
    return text


def line_of(text: str, part: str) -> int:
    """Return the line of the first line of *text* that holds *part*."""
    return next(number for number, line in enumerate(text.split("\n"), start=1) if part in line)
