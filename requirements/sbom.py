"""Writes what Cellule is made of: a CycloneDX bill of the runtime lock. Run it with `make sbom`.

Names, versions and hashes are those of the lock. Licences are what the installed packages declare, or what their
licence files were read to say.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License, LicenseAcknowledgement
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.spdx import is_expression, is_supported_id
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements/runtime.txt"
PROJECT = ROOT / "pyproject.toml"
DECLARED = LicenseAcknowledgement.DECLARED
LICENSES = LicenseFactory()
READ = {"matrix-nio": "ISC", "peewee": "MIT", "sqlcipher3": "Zlib", "vodozemac": "MIT"}
"""Licences read in the packages' own files, 24 November 2026: their metadata does not name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """One entry of a lock: a package, and the files of it that may be installed."""

    name: str
    version: str
    hashes: tuple[str, ...]


def locked_in(lock: str) -> Iterator[Locked]:
    """Read the entries of a lock as `make lock` writes it."""
    for entry in re.findall(r"^\S+==(?:.*\\\n)*.*", lock, re.MULTILINE):
        name, version = entry.split()[0].split("==")
        yield Locked(name=name, version=version, hashes=tuple(re.findall(r"--hash=sha256:(\w+)", entry)))


def licenses_of(name: str) -> list[License]:
    """Return what the installed package declares, most exact first; none if it is not installed or says nothing."""
    if name in READ:
        return [LICENSES.make_from_string(READ[name], license_acknowledgement=LicenseAcknowledgement.CONCLUDED)]
    try:
        declared = metadata(name)
    except PackageNotFoundError:
        return []
    said = [*declared.get_all("License-Expression", []), *declared.get_all("License", [])]
    classes = [text for text in declared.get_all("Classifier", []) if text.startswith("License ::")]
    exact = [word for word in said if is_supported_id(word) or is_expression(word)]
    words = exact[:1] or [text.rpartition(" :: ")[2] for text in classes] or said
    return [LICENSES.make_from_string(word, license_acknowledgement=DECLARED) for word in words]


def bill(lock: str, about: Mapping[str, Any]) -> Bom:
    """Return the bill of the project that *about* describes; only what it asks for itself hangs from it."""
    root = Component(
        name=about["name"],
        version=about["version"],
        type=ComponentType.APPLICATION,
        bom_ref=about["name"],
        licenses=[LICENSES.make_from_string(about["license"], license_acknowledgement=DECLARED)],
    )
    # The same lock of the same version gives the same bill, byte for byte.
    number = uuid5(NAMESPACE_OID, f"{about['name']} {about['version']}\n{lock}")
    made = Bom(components=[_component(entry) for entry in locked_in(lock)], serial_number=number)
    if "SOURCE_DATE_EPOCH" in os.environ:
        made.metadata.timestamp = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    made.metadata.component = root
    asked_for = {canonicalize_name(Requirement(text).name) for text in about["dependencies"]}
    made.register_dependency(root, [part for part in made.components if canonicalize_name(part.name) in asked_for])
    return made


def _component(entry: Locked) -> Component:
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"https://pypi.org/simple/{canonicalize_name(entry.name)}/"),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in entry.hashes],
    )
    address = PackageURL("pypi", name=canonicalize_name(entry.name), version=entry.version)
    return Component(
        name=entry.name,
        version=entry.version,
        type=ComponentType.LIBRARY,
        bom_ref=str(address),
        purl=address,
        licenses=licenses_of(entry.name),
        external_references=[files],
    )


def main(folder: Path) -> None:
    """Write the bill of the checkout into *folder*."""
    about = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    made = bill(LOCK.read_text("utf-8"), about)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{about['name']}-{about['version']}.cdx.json"
    target.write_text(JsonV1Dot6(made).output_as_string(indent=1) + "\n", encoding="utf-8")
    print(f"{len(made.components)} packages in {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
