"""The flagship model, its catalogue, and a page run as a user would open it."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from simulator.library import app_file
from simulator.runner import Model, load_model
from simulator.ui.catalogue import Catalogue, read_catalogue

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session")
def model() -> Model:
    return load_model("gum")


@pytest.fixture(scope="session")
def catalogue(model: Model) -> Catalogue:
    return read_catalogue(model)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Open the page, optionally with another model and with query parameters."""

    def opened(model: str | None = None, **query: str) -> AppTest:
        if model is None:
            monkeypatch.delenv("GUMSIM_MODEL", raising=False)
        else:
            monkeypatch.setenv("GUMSIM_MODEL", model)
        page = AppTest.from_file(str(app_file()), default_timeout=60)
        for name, value in query.items():
            page.query_params[name] = value
        return page.run()

    return opened
