"""What is shipped beside the code: the playbooks, the rules of the clocks, and the example of a configuration."""

from pathlib import Path

import bot

_EXAMPLE = "config.example.yaml"


def playbooks_folder() -> Path:
    """Return the folder of the shipped playbooks."""
    return _find("playbooks", "or name a folder in playbooks.folder")


def example_configuration() -> str:
    """Return the text of config.example.yaml."""
    return _find(_EXAMPLE, "or write the configuration by hand").read_text(encoding="utf-8")


def _find(name: str, otherwise: str) -> Path:
    """Find a thing a wheel carries inside the package, and a checkout keeps at its top, where people read it."""
    package = Path(bot.__file__).resolve().parent
    for place in (package / name, package.parent / name):
        if place.exists():
            return place
    raise FileNotFoundError(f"no {name} beside {package}: install cellule again, {otherwise}")
