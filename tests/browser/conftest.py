"""A browser that is started once for all tests that look at pages."""

from collections.abc import Iterator

import pytest

from tests.support.browser import Browser, open_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Provide Debian's Chromium."""
    with open_browser() as found:
        yield found
