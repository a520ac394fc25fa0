"""What a run was made on: the machine, and the versions of everything that takes part."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.rivals import RIVALS

ROOT = Path(__file__).resolve().parents[1]


def machine() -> Mapping[str, Any]:
    """Describe the machine."""
    return {
        "cpu": _field(Path("/proc/cpuinfo"), "model name") or platform.processor() or "unknown",
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "os": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "python": platform.python_version(),
    }


def versions() -> Mapping[str, Any]:
    """Return the versions of Cellule and of what it stands on, of the homeserver, and of the peers."""
    return {
        "cellule": version("cellule"),
        "matrix-nio": version("matrix-nio"),
        "vodozemac": version("vodozemac"),
        "aiohttp": version("aiohttp"),
        "sqlcipher3": version("sqlcipher3"),
        "synapse": version("matrix-synapse"),
        "peers": {rival.name: rival.version for rival in RIVALS},
    }


def commit() -> str:
    """Return the commit, and whether the program differs from it."""
    try:
        told = subprocess.run(
            ("git", "describe", "--always", "--abbrev=10"), cwd=ROOT, capture_output=True, text=True, check=True
        )
        changed = subprocess.run(("git", "diff", "--quiet", "HEAD", "--", "bot"), cwd=ROOT, check=False)
    except (OSError, subprocess.CalledProcessError):
        return version("cellule")
    return told.stdout.strip() + ("+changes" if changed.returncode else "")


def load() -> float:
    """Return how many processes wanted a core during the last minute."""
    return round(os.getloadavg()[0], 2)


def _field(file: Path, name: str) -> str:
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
