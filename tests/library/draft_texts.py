"""A small template of a draft to break in tests, in both languages."""

FRONT = """\
---
id: notice
language: en
title: A notice
to: The authority, by its form
basis: GDPR art. 33(1)
source: https://law.example.org/33
read: 2026-11-24
tlp: AMBER+STRICT
rank: 2
clock: FR-LOPMI
---

"""
TEMPLATE = (
    FRONT
    + """\
Dear all,
{organisation} writes on {today}\\
from {address?}.

## 1. Facts

- **Since:** {aware FR-LOPMI}
  or a little before
- *Insured:* {insured}
1. first, see [the law](https://law.example.org/33)
2. then {{this}}

<!-- when: insured = yes or unknown and scope = all -->
The insurer was told: {filed FR-LOPMI?}

{measures}
"""
)


def in_french(text: str = TEMPLATE) -> str:
    """Return *text* as its translation."""
    return text.replace("language: en", "language: fr").replace("Dear all,", "Bonjour,")
