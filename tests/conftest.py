from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# How long an example takes is the machine's doing, not that of what it tries.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# What the console says, and where it finds its configuration, is not that of whoever runs the tests.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("CELLULE_CONFIG", None)
