"""Every row of the catalogue, against a due time worked out by hand. In Paris time."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.cli.compute import compute
from bot.core.clocks.lengths import WithoutDelay
from bot.core.clocks.rules import Rule, Standing, standing
from bot.core.language import Language
from bot.host.shipped import playbooks_folder
from bot.library import rules
from bot.library.calendar import closed_days
from bot.library.moments import read_moment
from bot.library.rule_rows import EXAMPLE_ZONE

READ_ON = date(2026, 11, 24)
ROWS = {row.rule.name: row for row in rules.load_rows(playbooks_folder())}

VECTORS = [
    # 72 hours: plain, a published example over a public holiday, both changes of civil time, the seed's weekend.
    ("GDPR-33-1", "2026-11-24 14:30", "2026-11-27 14:30", "2026-11-27 15:00"),
    ("GDPR-33-1", "2020-12-22 12:17", "2020-12-25 12:17", "2020-12-25 13:00"),
    ("GDPR-33-1", "2027-03-27 10:00", "2027-03-30 11:00", "2027-03-30 12:00"),
    ("GDPR-33-1", "2026-10-23 16:00", "2026-10-26 15:00", "2026-10-26 16:00"),
    ("GDPR-33-1", "2023-12-08 18:00", "2023-12-11 18:00", "2023-12-11 19:00"),
    ("GDPR-33-1@omnibus", "2026-11-24 14:30", "2026-11-28 14:30", "2026-11-28 15:00"),
    ("GDPR-33-2", "2026-11-24 14:30", None, None),
    ("GDPR-33-4", "2026-11-26 10:00", "2026-11-29 10:00", None),
    ("GDPR-33-5", "2026-11-24 14:30", None, None),
    ("GDPR-34", "2026-11-24 14:30", None, None),
    ("FR-LOPMI", "2023-12-08 18:00", "2023-12-11 18:00", "2023-12-11 18:00"),
    ("FR-INS-5", "2023-12-08 18:00", "2023-12-15 23:59", None),
    ("FR-INS-5", "2025-12-24 18:00", "2026-01-02 23:59", None),
    ("FR-INS-5", "2026-04-30 18:00", "2026-05-11 23:59", None),
    ("FR-INS-2", "2023-12-08 18:00", "2023-12-12 23:59", None),
    ("FR-INS-2", "2025-12-24 18:00", "2025-12-29 23:59", None),
    ("FR-INS-2", "2026-04-30 18:00", "2026-05-05 23:59", None),
    ("FR-AP-30", "2023-12-11 08:00", "2024-01-10 23:59", None),
    ("FR-AP-CSE", "2024-01-08 10:00", "2024-03-08 10:00", "2024-03-08 23:59"),
    ("FR-AP-15", "2024-01-08 10:00", "2024-01-23 23:59", None),
    ("NIS2-24", "2026-03-28 18:00", "2026-03-29 19:00", "2026-03-29 19:00"),
    ("NIS2-72", "2026-03-28 18:00", "2026-03-31 19:00", "2026-03-31 19:00"),
    ("NIS2-INT", "2026-11-24 14:30", None, None),
    ("NIS2-FIN", "2026-01-31 16:00", "2026-02-28 16:00", "2026-02-28 23:59"),
    ("NIS2-REC", "2026-11-24 14:30", None, None),
    # Handled on Monday 31 August 2026 at 10:00. September has no 31st: the month ends on Wednesday 30, at 10:00.
    ("NIS2-FIN-2", "2026-08-31 10:00", "2026-09-30 10:00", "2026-09-30 23:59"),
    # Saturday 20:00 in summer time (UTC+2) is 18:00 UTC; 24 h later is Sunday 18:00 UTC, 19:00 in winter time (UTC+1).
    ("NIS2-TSP-24", "2026-10-24 20:00", "2026-10-25 19:00", "2026-10-25 19:00"),
    # Aware on Monday 08:00: 24 hours while nothing is classified. On a Friday they end on Saturday, and may rest.
    ("DORA-4/24", "2026-11-23 08:00", "2026-11-24 08:00", "2026-11-24 08:00"),
    ("DORA-4/24", "2026-11-27 08:00", "2026-11-28 08:00", "2026-11-30 12:00"),
    ("DORA-72", "2026-11-24 08:00", "2026-11-27 08:00", "2026-11-27 08:00"),
    ("DORA-72", "2026-11-25 08:00", "2026-11-28 08:00", "2026-11-30 12:00"),
    ("DORA-1M", "2026-11-27 08:00", "2026-12-27 08:00", "2026-12-28 12:00"),
    ("CRA-24", "2026-10-01 09:00", "2026-10-02 09:00", "2026-10-02 09:00"),
    ("CRA-72", "2026-10-01 09:00", "2026-10-04 09:00", "2026-10-04 09:00"),
    ("CRA-14", "2026-10-01 09:00", "2026-10-15 23:59", None),
    ("CRA-INC-24", "2026-10-24 20:00", "2026-10-25 19:00", "2026-10-25 19:00"),
    ("CRA-INC-72", "2026-10-24 20:00", "2026-10-27 19:00", "2026-10-27 19:00"),
    ("CRA-INC-1M", "2026-10-27 19:00", "2026-11-27 19:00", "2026-11-27 23:59"),
    ("FR-SANTE", "2026-11-24 14:30", None, None),
    # The French duties to ANSSI give no figure: nothing to compute, our aim of 4 h alone rings.
    ("FR-FSN", "2026-11-24 14:30", None, None),
    ("FR-OSE", "2026-11-24 14:30", None, None),
    ("FR-OIV", "2026-11-24 14:30", None, None),
    ("FR-EDITEUR", "2026-11-24 14:30", None, None),
    ("FR-TELECOM", "2026-11-24 14:30", None, None),
    # 20:00 summer time is 18:00 UTC; plus 24 h, 19:00 winter time. Regulation 1182/71 leaves out the hour of the event,
    # which began at 20:00 sharp: the 24 whole hours run from 21:00 and end one hour later.
    ("TELECOM-24", "2026-10-24 20:00", "2026-10-25 19:00", "2026-10-25 20:00"),
    # Filed on Friday 18:00: three days by the hour end on Monday 18:00. Counted by the day it would be Monday 23:59.
    ("TELECOM-72", "2026-11-27 18:00", "2026-11-30 18:00", "2026-11-30 18:00"),
    ("TELECOM-ABO", "2026-11-24 14:30", None, None),
    # Saturday 18:00 winter time is 17:00 UTC; Sunday 17:00 UTC is 19:00, for the clocks went forward in the night.
    ("EIDAS-24", "2027-03-27 18:00", "2027-03-28 19:00", "2027-03-28 19:00"),
    ("CER-24", "2026-11-24 14:30", "2026-11-25 14:30", "2026-11-25 14:30"),
    # Filed on 30 January; February 2026 has 28 days: its last day, at the same hour.
    ("CER-1M", "2026-01-30 09:00", "2026-02-28 09:00", "2026-02-28 23:59"),
    ("DORA-CLI", "2026-11-24 14:30", None, None),
    ("CRA-USERS", "2026-11-24 14:30", None, None),
    ("MAR-17", "2026-11-24 14:30", None, None),
    # Decided on Monday 23 November 2026, 16:00 in Paris. Business days in the United States: 24, 25, 27 (the 26th is
    # Thanksgiving), 30: the law ends on Monday 30 November. 96 h end on Friday 27, three days before.
    ("SEC-8K", "2026-11-23 16:00", "2026-11-27 16:00", "2026-11-27 16:00"),
    # Decided on Monday 11 May 2026. US business days: 12, 13, 14, 15: the law ends on Friday 15 May, in the evening.
    # Four working days of France leave out Ascension, the 14th, and end on Monday 18, too late: hence hours.
    ("SEC-8K", "2026-05-11 16:00", "2026-05-15 16:00", "2026-05-15 16:00"),
    ("QC-25", "2026-11-24 14:30", None, None),
    ("UK-72", "2026-12-24 12:00", "2026-12-27 12:00", "2026-12-27 12:00"),
    ("CH-LPD", "2026-11-24 14:30", None, None),
    ("CH-24", "2026-11-24 14:30", "2026-11-25 14:30", "2026-11-25 14:30"),
    ("CH-14", "2026-11-24 14:30", "2026-12-08 23:59", None),
]


def moment(text: str | None) -> datetime | None:
    return None if text is None else read_moment(text, EXAMPLE_ZONE)


def computed(rule: Rule, aware: str, classified: str | None = None) -> tuple[datetime | None, datetime | None]:
    start = read_moment(aware, EXAMPLE_ZONE)
    found = compute(rule, start, EXAMPLE_ZONE, closed_days(start, EXAMPLE_ZONE), moment(classified))
    return found.due, found.legal_limit


@pytest.mark.parametrize(("name", "aware", "due", "limit"), VECTORS)
def test_a_row_ends_when_a_person_computed_it_does(name: str, aware: str, due: str | None, limit: str | None) -> None:
    assert computed(ROWS[name].rule, aware) == (moment(due), moment(limit))


@pytest.mark.parametrize(
    ("classified", "due"),
    [
        ("2026-11-23 09:00", "2026-11-23 13:00"),
        ("2026-11-24 06:00", "2026-11-24 08:00"),
        ("2026-11-25 10:00", "2026-11-25 14:00"),
    ],
)
def test_a_classification_under_dora_ends_the_earlier_of_two_times(classified: str, due: str) -> None:
    assert computed(ROWS["DORA-4/24"].rule, "2026-11-23 08:00", classified)[0] == moment(due)


def test_every_row_has_a_vector_and_every_vector_a_row() -> None:
    assert {vector[0] for vector in VECTORS} == ROWS.keys()


def test_the_catalogue_is_whole() -> None:
    assert {row.rule.id for row in ROWS.values()} == {
        *("GDPR-33-1", "GDPR-33-2", "GDPR-33-4", "GDPR-33-5", "GDPR-34"),
        *("FR-LOPMI", "FR-INS-5", "FR-INS-2", "FR-AP-30", "FR-AP-CSE", "FR-AP-15", "FR-SANTE"),
        *("FR-FSN", "FR-OSE", "FR-OIV", "FR-EDITEUR"),
        *("TELECOM-24", "TELECOM-72", "TELECOM-ABO", "FR-TELECOM", "EIDAS-24", "CER-24", "CER-1M"),
        *("NIS2-24", "NIS2-72", "NIS2-INT", "NIS2-FIN", "NIS2-FIN-2", "NIS2-TSP-24", "NIS2-REC"),
        *("DORA-4/24", "DORA-72", "DORA-1M", "DORA-CLI"),
        *("CRA-24", "CRA-72", "CRA-14", "CRA-INC-24", "CRA-INC-72", "CRA-INC-1M", "CRA-USERS"),
        *("UK-72", "CH-LPD", "CH-24", "CH-14", "QC-25", "MAR-17", "SEC-8K"),
    }


def test_the_chains_are_those_of_the_law() -> None:
    assert {row.rule.id: row.rule.after for row in ROWS.values() if row.rule.after} == {
        "GDPR-33-4": "GDPR-33-1",
        "FR-AP-CSE": "FR-AP-30",
        "FR-AP-15": "FR-AP-30",
        "NIS2-FIN": "NIS2-72",
        "DORA-72": "DORA-4/24",
        "DORA-1M": "DORA-72",
        "CRA-INC-1M": "CRA-INC-72",
        "TELECOM-72": "TELECOM-24",
        "CER-1M": "CER-24",
    }
    assert "the time of the fix" in ROWS["CRA-14"].rule.trigger.to(Language("en"))
    assert "l’heure du correctif" in ROWS["CRA-14"].rule.trigger.to(Language("fr"))


def test_only_what_is_law_here_is_in_force() -> None:
    found = {name: standing(row.rule, READ_ON) for name, row in ROWS.items()}

    assert {name for name, stands in found.items() if stands is Standing.OFF} == {
        "NIS2-24", "NIS2-72", "NIS2-INT", "NIS2-FIN", "NIS2-FIN-2", "NIS2-TSP-24", "NIS2-REC", "CER-24", "CER-1M",
    }  # fmt: skip
    assert {name for name, stands in found.items() if stands is Standing.PENDING} == {"GDPR-33-1@omnibus"}
    assert set(found.values()) == {Standing.IN_FORCE, Standing.OFF, Standing.PENDING}


def test_the_proof_of_each_row_is_the_one_that_was_found() -> None:
    second_hand = {"FR-INS-5", "FR-INS-2", "FR-AP-30", "UK-72", "GDPR-33-1@omnibus"}
    second_hand |= {"TELECOM-72", "TELECOM-ABO", "EIDAS-24", "SEC-8K"}
    partly = {"CRA-24", "CRA-72", "CRA-14", "CRA-INC-24", "CRA-INC-72", "CRA-INC-1M", "CRA-USERS"}

    for name, row in ROWS.items():
        assert row.rule.proof == ("S" if name in second_hand | partly else "P"), name


def test_a_row_with_a_figure_says_what_to_have_ready_or_whom_it_waits_for() -> None:
    for name, row in ROWS.items():
        rule = row.rule
        assert rule.regime, name
        assert rule.role, name
        if not isinstance(rule.length, WithoutDelay) and rule.valid_from is not None:
            assert rule.needs is not None or rule.soft or name == "CH-14", name
