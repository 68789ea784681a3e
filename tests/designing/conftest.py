"""What several tests of the page share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from designer_page import Desk, chromium


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A window with the page in it, in which nothing may go wrong."""
    with chromium() as browser:
        one = Desk(browser, tmp_path_factory.mktemp("designer"))
        yield one
        assert one.errors == []
