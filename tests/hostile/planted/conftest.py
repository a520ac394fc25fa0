from __future__ import annotations

import os

collect_ignore_glob = [] if "HOSTILE_PROVE" in os.environ else ["test_*.py"]
