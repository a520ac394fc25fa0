"""Where the configuration is when no flag names it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.config import ConfigError
from bot.config.reading import mistake
from bot.sentences.told import Told

VARIABLE = "CELLULE_CONFIG"
HERE = Path("config.yaml")
OF_THE_MACHINE = Path("/etc/cellule/config.yaml")


def place(given: Path | None, environment: Mapping[str, str]) -> Path:
    """Return what the flag names, else the environment, else the first usual place where there is a file.

    Raises:
        ConfigError: nothing is named, and there is nothing in any of the usual places.
    """
    named = given or environment.get(VARIABLE)
    if named:
        return Path(named)
    found = next(filter(_is_there, (HERE, OF_THE_MACHINE)), None)
    if found is None:
        tried = {"variable": VARIABLE, "here": HERE.absolute(), "machine": OF_THE_MACHINE}
        raise ConfigError(mistake("configuration", Told("mistake.nowhere", **tried)))
    return found


def place_to_write(given: Path | None, environment: Mapping[str, str]) -> Path:
    """Return where a new one is written: nobody's but the one that is named, or the one of this folder."""
    return Path(given or environment.get(VARIABLE) or HERE)


def _is_there(path: Path) -> bool:
    """Say whether there is a file, or somebody keeps us from seeing: then reading it says so."""
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True
