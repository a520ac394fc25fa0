from __future__ import annotations

import pytest

from tests.service.shell import Shell


@pytest.fixture
def shell() -> Shell:
    return Shell()
