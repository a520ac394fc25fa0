"""The organisation's profile: read whole, or refused with what to write."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.config.organisation import REGIMES, Insured, LegalRole, Organisation, Provider, Sector, profile_of
from bot.config.reading import keys_of
from bot.core.facts import Severity
from bot.core.people.profile import Profile
from bot.core.people.quiet import QuietHours
from bot.host.shipped import playbooks_folder
from bot.library import rules
from tests.config.files import changed, fill, only_problem, problems_of, write

BOTH = {"roles": ["controller", "processor"]}
WHOLE: dict[str, Any] = {
    **BOTH,
    "name": "The firm",
    "siren": "123 456 782",
    "sector": "accountancy",
    "sectors": ["finance", "uk"],
    "headcount": 50,
    "address": "1 Example Street",
    "representative": "the managing partner",
    "country": "fr",
    "region": 57,
    "insured": True,
    "insurer": {"name": "the insurer", "contact": "claims line", "policy": "P-1", "delay_days": 8},
    "dpo": "dpo@example.org",
    "contact": "a mobile number",
    "providers": [{"name": "the host", "contact": "its line"}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def read(folder: Path, **keys: Any) -> dict[str, str]:
    return {str(name): value for name, value in whole(folder, **keys).answers.items()}


def whole(folder: Path, **keys: Any) -> Profile:
    return profile_of(load(write(folder, changed(organisation=BOTH | keys))).organisation)


def test_without_the_group_nothing_is_known(folder: Path) -> None:
    config = load(write(folder, changed()))
    assert config.organisation is None
    assert profile_of(None) == Profile()


def test_a_group_with_every_key_commented_out_is_as_if_left_out(folder: Path) -> None:
    assert load(write(folder, changed(organisation=None))).organisation is None


def test_every_key_becomes_an_answer(folder: Path) -> None:
    profile = whole(folder, **WHOLE)
    assert profile.answers == {
        "processor": "yes",
        "organisation": "The firm",
        "siren": "123456782",
        "sector": "accountancy",
        "headcount": "50",
        "fifty-staff": "yes",
        "address": "1 Example Street",
        "representative": "the managing partner",
        "dpo-contact": "dpo@example.org",
        "contact": "a mobile number",
        "insured": "yes",
        "insurer": "the insurer",
        "insurer-contact": "claims line",
        "policy": "P-1",
        "provider": "the host",
        "provider-contact": "its line",
    }
    assert profile.regimes == {"dora", "uk-gdpr"}
    assert profile.insurer_days == 8


def test_the_place_is_kept_in_one_spelling(folder: Path) -> None:
    organisation = load(write(folder, changed(organisation=WHOLE))).organisation
    assert organisation is not None
    assert (organisation.country, organisation.region) == ("FR", "57")


def test_roles_alone_answer_one_question(folder: Path) -> None:
    assert read(folder, roles=["controller"]) == {"processor": "no"}
    assert read(folder, roles=["processor"]) == {"processor": "yes"}


def test_below_fifty_people_the_question_is_answered_too(folder: Path) -> None:
    assert read(folder, headcount=49)["fifty-staff"] == "no"
    assert read(folder, headcount=0)["headcount"] == "0"


@pytest.mark.parametrize(
    ("written", "kept"), [(True, "yes"), (False, "no"), ("yes", "yes"), ("no", "no"), ("unknown", None), (None, None)]
)
def test_insured_is_said_as_yaml_or_as_people_say_it_and_unknown_is_asked(
    folder: Path, written: object, kept: str | None
) -> None:
    assert read(folder, insured=written).get("insured") == kept


def test_of_several_providers_nobody_knows_which_was_hit(folder: Path) -> None:
    several = [{"name": "host", "contact": "line 1"}, {"name": "software"}, {"name": "mail", "contact": "line 3"}]
    answers = read(folder, providers=several)
    assert "provider" not in answers
    assert answers["provider-contact"] == "host: line 1\nmail: line 3"
    assert "provider-contact" not in read(folder, providers=[{"name": "host"}, {"name": "mail"}])


def test_every_sector_names_a_body_of_law_of_the_catalogue() -> None:
    assert set(REGIMES) == set(Sector)
    known = {rule.regime for rule in rules.load(playbooks_folder())}
    assert {regime for regimes in REGIMES.values() for regime in regimes} <= known


# ---------------------------------------------------------------- refused


def test_a_profile_without_roles_is_refused(folder: Path) -> None:
    wrong = only_problem(folder, changed(organisation={"name": "The firm"}))
    assert wrong.startswith("organisation.roles: is missing; write [controller], [processor] or both: a controller")


@pytest.mark.parametrize(
    ("key", "written", "words"),
    [
        ("roles", [], "must be a list out of: controller, processor"),
        ("roles", "controller", "must be a list out of: controller, processor"),
        ("roles", ["controler"], '"controler" is not known; write some of: controller, processor; did you mean cont'),
        ("roles", [["x"]], "a list is not known"),
        ("sectors", ["bank"], '"bank" is not known; write some of: finance, health'),
        ("sector", 5, "must be text, not a number; put it in quotes"),
        ("siren", "12345678", 'must be the nine digits of a SIREN, in quotes, like "123456782"'),
        ("siren", True, "must be the nine digits of a SIREN"),
        ("siren", "12345678²", "must be the nine digits of a SIREN"),
        ("siren", "123456789", '"123456789" is no SIREN: its last digit does not fit the others; look for a slip'),
        ("headcount", "about 12", "must be a number of people, like 12, not text"),
        ("headcount", -1, "must be a number of people, like 12"),
        ("headcount", True, "must be a number of people, like 12, not true or false"),
        ("country", False, 'false is not a country; write its two letters in quotes, like "FR"'),
        ("country", "France", '"France" is not a country'),
        ("region", True, "must be text, not true or false"),
        ("insured", "maybe", '"maybe" is not known; write yes, no or unknown'),
        ("insured", 1, "1 is not known; write yes, no or unknown"),
        ("insurer", "the insurer", "must be a group of keys (name, contact, policy, delay_days), not text"),
        ("insurer.name", 5, "must be text, not a number"),
        ("insurer.delay", 5, "is not a key of Cellule; did you mean delay_days?"),
        ("insurer.delay_days", "5", "must be a number of working days, like 5"),
        ("insurer.delay_days", 400, "must be a number of working days, like 5"),
        (
            "insurer.delay_days",
            4,
            "4 working days is less than the law leaves you: no contract may ask for the notice before 5 working days "
            "(Code des assurances, art. L113-2 4°); write 5 or more",
        ),
        ("providers", {"name": "x"}, "must be a list, one line a provider"),
        ("calendar", "dsn-15", "must be a list of names, like [dsn-15, vat-19, is, cfe]"),
        ("calendar", [], "must be a list of names, like [dsn-15, vat-19, is, cfe]"),
        ("calendar", [15], "must be a list of names, like [dsn-15, vat-19, is, cfe]"),
        ("nam", "x", "is not a key of Cellule; did you mean name?"),
    ],
)
def test_a_wrong_value_is_told_with_its_path(folder: Path, key: str, written: object, words: str) -> None:
    outer, _, inside = key.partition(".")
    wrong = only_problem(folder, changed(organisation=BOTH | {outer: {inside: written} if inside else written}))
    assert wrong.startswith(f"organisation.{key}: ")
    assert words in wrong


def test_every_provider_is_looked_at(folder: Path) -> None:
    providers = [{"contact": "line"}, "the host", {"name": "mail"}]
    assert problems_of(folder, changed(organisation=BOTH | {"providers": providers})) == [
        "organisation.providers.1.name: is missing; write the provider's name",
        "organisation.providers.2: must be a group of keys (name, contact), not text",
    ]


def test_who_is_not_insured_has_no_insurer(folder: Path) -> None:
    keys = BOTH | {"insured": False, "insurer": {"policy": "P-1"}}
    assert only_problem(folder, changed(organisation=keys)) == (
        "organisation.insured: says no, but an insurer is described; write yes, or leave insurer out"
    )


def test_what_was_read_is_frozen_and_typed(folder: Path) -> None:
    organisation = load(write(folder, changed(organisation=WHOLE))).organisation
    assert organisation is not None
    assert organisation.roles == frozenset(LegalRole)
    assert organisation.insured is Insured.YES
    assert organisation.providers == (Provider(name="the host", contact="its line"),)


# ---------------------------------------------------------------- quiet hours


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("22:30-06:15", QuietHours(start=time(22, 30), end=time(6, 15))),
        ("12:00 - 14:00", QuietHours(start=time(12), end=time(14))),
        ("none", None),
        (False, None),
        (None, QuietHours(start=time(21), end=time(7))),
    ],
)
def test_quiet_hours_are_a_span_or_none(folder: Path, written: object, hours: QuietHours | None) -> None:
    assert load(write(folder, changed(reminders={"quiet": written}))).reminders.quiet == hours


@pytest.mark.parametrize("written", ["21:00", "21h-7h", "25:00-07:00", "07:00-07:00", 21, True, "٢١:00-07:00"])
def test_any_other_quiet_hours_are_refused(folder: Path, written: object) -> None:
    wrong = only_problem(folder, changed(reminders={"quiet": written}))
    assert wrong.startswith("reminders.quiet: ")
    assert wrong.endswith('is not a span of hours; write one like "21:00-07:00", or none')


# ---------------------------------------------------------------- situation points


@pytest.mark.parametrize(
    ("written", "every"),
    [
        ("3h", timedelta(hours=3)),
        ("168h", timedelta(days=7)),
        ("none", None),
        (False, None),
        (None, timedelta(hours=4)),
    ],
)
def test_a_cadence_is_a_number_of_hours_or_none(folder: Path, written: object, every: timedelta | None) -> None:
    points = load(write(folder, changed(points={"high": written}))).points
    assert points.high == every
    known = {Severity.CRISIS: timedelta(hours=2), Severity.MEDIUM: timedelta(hours=8)}
    assert points.by_severity() == known | ({} if every is None else {Severity.HIGH: every})


@pytest.mark.parametrize("written", ["0h", "4", 4, "169h", "1d", "4 hours", True, "٤h"])
def test_any_other_cadence_is_refused(folder: Path, written: object) -> None:
    wrong = only_problem(folder, changed(points={"high": written}))
    assert wrong.startswith("points.high: ")
    assert wrong.endswith("is not a number of hours; write one like 4h, up to 168h, or none")


def test_the_example_loads_with_every_key_of_the_organisation_taken_from_behind_its_mark(folder: Path) -> None:
    before, _, group = (
        (Path(__file__).parents[2] / "config.example.yaml").read_text("utf-8").partition("organisation:\n")
    )
    written = re.sub(r"^  # ([a-z_]+: [^#\n]*)$", r"  \1", group, flags=re.MULTILINE)
    organisation = load(write(folder, f"{before}organisation:\n{written}")).organisation
    assert organisation is not None
    assert (organisation.siren, organisation.region) == ("123456782", "Alsace")
    assert organisation.insurer.delay_days == 5
    assert set(re.findall(r"^  ([a-z_]+):", written, re.MULTILINE)) == set(keys_of(Organisation))
