"""The generated parts of docs/law.md: every row of the catalogue, with its worked example."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby

from bot.cli.compute import compute
from bot.core.clocks.dates import Recurring
from bot.core.clocks.lengths import END_OF_DAY, HOUR, EarlierOf
from bot.core.clocks.rules import Rule, Standing, standing
from bot.core.language import ENGLISH, Language
from bot.host.shipped import playbooks_folder
from bot.library import dates, rules
from bot.library.calendar import closed_days
from bot.library.marked import Fields, read_mapping
from bot.library.problems import Findings
from bot.library.rule_rows import EXAMPLE_ZONE, Example, Row
from bot.voice.lengths import length_words

EN = Language("en")
COUNTRIES: Mapping[str, tuple[str, ...]] = {
    "European Union": ("gdpr", "nis2", "dora", "cra", "telecom", "eidas", "cer", "listed-eu"),
    "France": (
        *("fr-lopmi", "fr-insurance", "fr-short-time-work", "fr-health"),
        *("fr-digital-provider", "fr-essential-operator", "fr-vital-operator", "fr-software", "fr-telecom"),
    ),
    "Switzerland": ("ch-data-protection", "ch-cybersecurity"),
    "United Kingdom": ("uk-gdpr",),
    "Québec": ("qc-privacy",),
    "United States": ("listed-us",),
}
"""The bodies of law of each place, by `regime` of the catalogue."""
AUTHORITIES = "authorities.yaml"
MONTHS = 12
FEW = 2
"""So many names are listed one by one."""
_AUTHORITY = ("country", "name", "form", "how", "page", "read_on", "proof")


def clock_overview() -> str:
    """Return one line a clock: law, length, proof, whether it is on."""
    lines = (
        f"| [{row.rule.name}](#{_anchor(row.rule)}) | {_cell(row.rule.source)} | {_cell(_length(row.rule))} "
        f"| {row.rule.proof} | {standing(row.rule, row.rule.read_on)} |"
        for row in _rows()
    )
    return "\n".join(("| clock | law | runs | proof | state |", "|---|---|---|---|---|", *lines)) + "\n"


def clocks_by_country() -> str:
    """Return where each clock comes from: one line a place, with what a sector brings last."""
    rules_of = {
        place: [row.rule for row in _rows() if row.rule.regime in regimes] for place, regimes in COUNTRIES.items()
    }
    lines = (
        f"| {place} | {', '.join(f'[{rule.name}](#{_anchor(rule)})' for rule in found)} |"
        for place, found in rules_of.items()
    )
    return "\n".join(("| place | clocks |", "|---|---|", *lines)) + "\n"


def calendar_table() -> str:
    """Return one line a date of taxes and payroll: what the configuration calls it, when, and which text says so."""
    families: dict[str, dict[str, Recurring]] = {}
    for name, row in dates.load(playbooks_folder()).items():
        families.setdefault(row.name, {})[name] = row
    lines = map(_calendar_line, families.values())
    return "\n".join(("| name | date | when | law |", "|---|---|---|---|", *lines)) + "\n"


def _calendar_line(named: Mapping[str, Recurring]) -> str:
    names, row = [f"`{name}`" for name in named], next(iter(named.values()))
    days = [str(one.day) for one in named.values()]
    months = "each month" if len(row.months) == MONTHS else ", ".join(month_name[month] for month in row.months)
    hour = "" if row.at == END_OF_DAY else f", {row.at:%H:%M}"
    law = f"{row.source}, [{row.proof}]({row.source_url}), read on {row.read_on}"
    return f"| {_span(names)} | {row.title.to(EN)} | {_span(days)} {months}{hour} | {law} |"


def _span(words: list[str]) -> str:
    return " or ".join(words) if len(words) <= FEW else f"{words[0]} to {words[-1]}"


def authorities() -> tuple[Fields, ...]:
    """Return every authority of the data file; ValueError names what is wrong with it."""
    file = playbooks_folder() / AUTHORITIES
    findings = Findings(str(file))
    fields = read_mapping(file.read_text("utf-8"), findings)
    found = () if fields is None else tuple(fields.mappings("authorities"))
    for one in found:
        one.refuse_others(_AUTHORITY)
        for name in _AUTHORITY:
            one.text(name)
        date.fromisoformat(one.text("read_on").text)
    if findings.all():
        raise ValueError("; ".join(map(str, findings.all())))
    return found


def authority_table() -> str:
    """Return one line an authority: its form, what it asks for, which page was read and when."""
    return "\n".join(("| country | authority | how | read |", "|---|---|---|---|", *_authority_lines())) + "\n"


def _authority_lines() -> Iterator[str]:
    for one in authorities():
        country, name, form, how, page, read_on, proof = (one.text(key).text for key in _AUTHORITY)
        yield f"| {country} | [{name}]({form}) | {_cell(how)} | [{proof}]({page}), {read_on} |"


def clock_chapters() -> str:
    """Return every clock in full, by body of law."""
    rows = sorted(_rows(), key=lambda row: _regimes().index(row.rule.regime))
    parts: list[str] = []
    for regime, group in groupby(rows, key=lambda row: row.rule.regime):
        parts.append(f"## {regime}\n")
        parts.extend(_chapter(row) for row in group)
    return "\n".join(parts)


def _rows() -> tuple[Row, ...]:
    return rules.load_rows(playbooks_folder())


def _regimes() -> list[str]:
    return list(dict.fromkeys(row.rule.regime for row in _rows()))


def _chapter(row: Row) -> str:
    rule = row.rule
    entries = (
        ("Binds", f"{rule.role}. {rule.who.to(ENGLISH)}"),
        ("To", rule.to.to(ENGLISH) + (f". {rule.channel}" if rule.channel else "")),
        ("Starts when", rule.trigger.to(ENGLISH)),
        ("Runs", _length(rule)),
        ("Our aim", _aim(rule)),
        ("Have ready", rule.needs.to(ENGLISH) if rule.needs else ""),
        ("When late", rule.late.to(ENGLISH)),
        ("Law", f"{rule.source}, [{rule.proof}]({rule.source_url}), read on {rule.read_on}"),
        ("State", _state(rule)),
        ("Worked by hand", _worked(rule, row.example) if row.example else ""),
    )
    lines = "\n".join(f"- **{name}:** {text}" for name, text in entries if text)
    return f"### {rule.name}\n\n{rule.title.to(ENGLISH)}. *{rule.title.to(Language('fr'))}.*\n\n{lines}\n"


def _length(rule: Rule) -> str:
    after = f", after {rule.after} is filed" if rule.after else ""
    return length_words(rule.length, EN) + after + ("; not a legal limit" if rule.soft else "")


def _aim(rule: Rule) -> str:
    return f"{rule.aim // HOUR} h after that; a target of ours, not a limit of the law" if rule.aim else ""


def _state(rule: Rule) -> str:
    state = standing(rule, rule.read_on)
    if rule.valid_from is None:
        return f"{state}: no day is known; only `clocks: {{enable: [{rule.name}]}}` switches it on"
    span = f"since {rule.valid_from}" + (f" until {rule.valid_to}" if rule.valid_to else "")
    if state is Standing.OFF and rule.why_off is not None:
        return f"off (valid {span}). {rule.why_off.to(ENGLISH)}"
    return f"{state} {span}"


def _worked(rule: Rule, example: Example) -> str:
    found = compute(
        rule, example.aware, EXAMPLE_ZONE, closed_days(example.aware, EXAMPLE_ZONE), example.classified
    ).legal_limit
    classified = f", classified {_shown(example.classified)}" if example.classified else ""
    start = "aware" if isinstance(rule.length, EarlierOf) else "from"
    later = f"; the later reading ends {_shown(found)}" if found is not None and found > example.due else ""
    return f"{start} {_shown(example.aware)}{classified}, due {_shown(example.due)}{later}"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(EXAMPLE_ZONE):%a %Y-%m-%d %H:%M}"


def _anchor(rule: Rule) -> str:
    return rule.name.lower().replace("@", "").replace("/", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
