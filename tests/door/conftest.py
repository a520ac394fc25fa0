from __future__ import annotations

from tests import servers

pytest_configure = servers.install
