"""Asks the OSV database about every locked package. Run it with `make audit`.

Fails if a weakness is known that `exceptions.toml` does not accept. Where the database cannot be reached it says so and
does not fail: a machine without a network must still be able to check a change.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request, urlopen

FOLDER = Path(__file__).resolve().parent
LOCKS = (FOLDER / "runtime.txt", FOLDER / "demo.txt")
EXCEPTIONS = FOLDER / "exceptions.toml"
SERVICE = "https://api.osv.dev/v1/query"
KNOCK_SECONDS, ALL_SECONDS = 5, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """What is known of a package at its locked version; `ids` has the advisory's id and its other names."""

    package: str
    version: str
    ids: tuple[str, ...]
    mended_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A weakness one lives with for a reason, until the day it must be judged again."""

    package: str
    id: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the auditor found. `unasked` are packages that it could not ask about."""

    audited: int
    weaknesses: tuple[Weakness, ...]
    unasked: tuple[str, ...]


class UnreachableError(Exception):
    """The advisory service did not answer, or not in time."""


def accepted_in(text: str) -> tuple[Accepted, ...]:
    """Read the exceptions; one that lacks its package, id, reason or day is an error."""
    listed = [Accepted(**entry) for entry in tomllib.loads(text).get("accepted", [])]
    for one in listed:
        if not (one.reason.strip() and type(one.until) is date):
            raise ValueError(f"{one.id}: an exception needs a reason, and a day without quotes: until = 2027-01-31")
    return tuple(listed)


def report_of(output: str) -> Report:
    """Read what pip-audit printed; a package that stands in two locks counts once."""
    rows = {(row["name"], row.get("version")): row for row in json.loads(output)["dependencies"]}
    found = [
        Weakness(
            package=row["name"],
            version=row["version"],
            ids=(weakness["id"], *weakness["aliases"]),
            mended_in=tuple(weakness["fix_versions"]),
        )
        for row in rows.values()
        for weakness in row.get("vulns", ())
    ]
    unasked = [row["name"] for row in rows.values() if "skip_reason" in row]
    return Report(audited=len(rows) - len(unasked), weaknesses=tuple(found), unasked=tuple(unasked))


def judge(report: Report, exceptions: Iterable[Accepted], today: date) -> tuple[bool, list[str]]:
    """Return whether the locks may pass, and the lines to print."""
    listed = list(exceptions)
    lines = [f"Locked packages asked about: {report.audited}; known weaknesses: {len(report.weaknesses)}"]
    passes = not report.unasked
    lines += [f"{name}: could not be asked about" for name in report.unasked]
    for weakness in report.weaknesses:
        exception = next((one for one in listed if _covers(one, weakness)), None)
        if exception is not None and exception.until >= today:
            lines.append(f"{_told(weakness)}: accepted until {exception.until}: {exception.reason}")
        else:
            passes = False
            lines.append(_told(weakness) + (f": was accepted until {exception.until}" if exception else ""))
    idle = [one for one in listed if not any(_covers(one, weakness) for weakness in report.weaknesses)]
    lines += [f"{one.package} {one.id}: no longer reported, take the exception out" for one in idle]
    return passes, lines


def _covers(exception: Accepted, weakness: Weakness) -> bool:
    return exception.package == weakness.package and exception.id in weakness.ids


def _told(weakness: Weakness) -> str:
    mended = ", ".join(weakness.mended_in) or "no release yet"
    return f"{weakness.package} {weakness.version}: {' = '.join(weakness.ids)}, mended in {mended}"


def ask(locks: Sequence[Path], service: str) -> str:
    """Return what pip-audit prints about *locks*.

    Raises:
        UnreachableError: The service does not answer in time.
        RuntimeError: pip-audit failed in another way.
    """
    _knock(service)
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv", "--osv-url", service]
    command += ["--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    command += [word for lock in locks for word in ("--requirement", str(lock))]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnreachableError from None
    if done.stdout.startswith("{"):
        return done.stdout
    if "requests.exceptions." in done.stderr or "may be blocking this service" in done.stderr:
        raise UnreachableError
    raise RuntimeError(done.stderr)


def _knock(service: str) -> None:
    """See whether the service answers at all, before the auditor asks it about each package."""
    question = Request(service, data=b'{"package": {"name": "pip", "ecosystem": "PyPI"}, "version": "26.3"}')
    try:
        with urlopen(question, timeout=KNOCK_SECONDS):
            pass
    except (OSError, HTTPException) as error:
        raise UnreachableError from error


def main(locks: Sequence[Path] = LOCKS, *, exceptions: Path = EXCEPTIONS, service: str = SERVICE) -> int:
    """Audit and print; the exit code is 1 if something must be done."""
    listed = accepted_in(exceptions.read_text("utf-8"))
    try:
        output = ask(locks, service)
    except UnreachableError:
        print("The advisory service cannot be reached: no package was audited.")
        return 0
    passes, lines = judge(report_of(output), listed, datetime.now(UTC).date())
    print("\n".join(lines))
    return 0 if passes else 1


if __name__ == "__main__":
    sys.exit(main())
