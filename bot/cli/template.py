"""A playbook to begin with: sound from its first line, and saying at each place what belongs there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.core.playbook import Language
from bot.library import rules
from bot.library.front import WORD

_ENGLISH = """\
---
id: {id}
language: en
title: What people see and choose from the list, in their words
summary: For whom, and what it gives them, in one sentence.
version: "1.0"
roles: [coordinator, it, dpo]
questions:
  # Asked in the room, answered by `!fact personal-data yes`. Ask only what changes a step or a clock.
  - name: personal-data
    text: Could personal data have been seen, taken, changed, lost or cut off, even for a while?
  # Asked only while its `when` holds.
  - name: processor
    text: Do you handle some of these data on behalf of clients?
    when: personal-data = yes or unknown
# Legal clocks of clocks.yaml; each needs a step that stops it, with `- **Clock:** GDPR-33-1`.
# clocks:
#   - rule: GDPR-33-1
#     when: personal-data = yes or unknown
---

# A title for readers of this file; the room does not show it

## D · Detect

What this phase is for, in a sentence or two.

### D1 · Write down when and how you learned of it

- **Who:** coordinator
- **By:** 15 min
- **Keep:** the first message or a screenshot, with its hour
- **Mandatory**
- **Source:** where this advice comes from

What a person does first, then why. Ninety words at most: it is read on a phone. Commands stand in code, `!note`, other
steps in bold, **N1**. Then have the room answer `!fact personal-data`.

## N · Notify

Who must know, and by when.

### N1 · Warn whoever must be warned

- **Who:** dpo
- **By:** 24 h; words of yours after the figure
- **Keep:** the receipt
- **When:** personal-data = yes or unknown
- **Source:** the text of law, with its article

Whom to warn, by which channel, with what words.
"""
_FRENCH = """\
---
id: {id}
language: fr
title: Ce que l’on voit et choisit dans la liste, avec ses mots
summary: Pour qui, et ce qu’il apporte, en une phrase.
version: "1.0"
roles: [coordinator, it, dpo]
questions:
  # Posée dans la salle ; on y répond par `!constat personal-data oui`. Seulement si une étape ou un délai en dépend.
  - name: personal-data
    text: Des données personnelles ont-elles pu être vues, prises, modifiées, perdues ou inaccessibles, même un temps ?
  # Posée seulement tant que son `when` est vrai.
  - name: processor
    text: Traitez-vous une partie de ces données pour le compte de clients ?
    when: personal-data = yes or unknown
# Délais légaux de clocks.yaml ; chacun veut une étape qui l’arrête, avec `- **Délai :** GDPR-33-1`.
# clocks:
#   - rule: GDPR-33-1
#     when: personal-data = yes or unknown
---

# Un titre pour qui lit ce fichier ; la salle ne le montre pas

## D · Détecter

À quoi sert cette phase, en une phrase ou deux.

### D1 · Noter quand et comment vous l’avez appris

- **Qui :** coordinator
- **Pour :** 15 min
- **Garder :** le premier message ou une capture, avec son heure
- **Obligatoire**
- **Source :** d’où vient ce conseil

Ce que l’on fait d’abord, puis pourquoi. Quatre-vingt-dix mots au plus : on le lit sur un téléphone. Les commandes en
code, `!note`, les autres étapes en gras, **N1**. Puis faites répondre à `!constat personal-data`.

## N · Notifier

Qui doit savoir, et pour quand.

### N1 · Prévenir qui doit l’être

- **Qui :** dpo
- **Pour :** 24 h ; vos mots après le chiffre
- **Garder :** le récépissé
- **Quand :** personal-data = yes or unknown
- **Source :** le texte de loi, avec son article

Qui prévenir, par quelle voie, avec quels mots.
"""
TEMPLATES: Mapping[Language, str] = {Language.ENGLISH: _ENGLISH, Language.FRENCH: _FRENCH}


class NewPlaybookError(Exception):
    """Nothing was written; the message says what would be needed."""


def write_new(id: str, folder: Path, shipped: Path) -> tuple[Path, ...]:
    """Write the playbook *id* in every language into *folder*, a copy of *shipped*, and return its files.

    Raises:
        NewPlaybookError: the id is none or taken, or the folder is no folder of playbooks.
    """
    if WORD.fullmatch(id) is None:
        raise NewPlaybookError(f"an id is lower-case words joined by hyphens, like lost-laptop; not {id!r}")
    if not (folder / rules.FILE_NAME).is_file():
        raise NewPlaybookError(
            f"{folder} is no folder of playbooks, {rules.FILE_NAME} is not there; copy the shipped ones first: "
            f"cp -r {shipped} {folder}"
        )
    files = {language: folder / f"{id}.{language}.md" for language in TEMPLATES}
    taken = [str(path) for path in files.values() if path.exists()]
    if taken:
        raise NewPlaybookError(f"{', '.join(taken)} is there already; choose another id")
    for language, path in files.items():
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATES[language].replace("{id}", id))
    return tuple(files.values())
