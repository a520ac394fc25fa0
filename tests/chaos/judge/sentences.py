"""The sentences the judge expects, from `sentences.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "fr")


@cache
def _all() -> dict[str, dict[str, str]]:
    read: dict[str, Any] = yaml.load(Path(__file__).with_suffix(".yaml").read_text(), yaml.BaseLoader)
    return {
        key: told if isinstance(told, dict) else dict(zip(LANGUAGES, told, strict=True)) for key, told in read.items()
    }


def sentence(language: str, key: str) -> str:
    """Return the sentence *key* with its holes."""
    return _all()[key][language]
