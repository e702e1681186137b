"""Every Python block of the documentation runs, page by page, top to bottom."""

from __future__ import annotations

from pathlib import Path

import pytest
from mktestdocs import check_md_file

PAGES = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page):
    check_md_file(fpath=page, memory=True)
