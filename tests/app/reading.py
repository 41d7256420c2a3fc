"""What a page under Streamlit's test harness shows, and how to move on it; shared by the tests of the views."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from simulator.ui.state import PageState


def state(page: AppTest) -> PageState:
    """The session's state; the page must have been drawn without an exception."""
    assert not page.exception, [e.value for e in page.exception]
    found: PageState = page.session_state["page_state"]
    return found


def chart(page: AppTest, key: str) -> dict[str, Any]:
    """What the chart component of that key was given."""
    found = [json.loads(c.proto.json) for c in page.get("bidi_component") if c.proto.id.endswith(key)]
    assert len(found) == 1
    data: dict[str, Any] = found[0]
    return data


def show(page: AppTest, view: str) -> AppTest:
    """Switch to a view."""
    return page.button_group(key="view").set_value(view).run()


def choose_preset(page: AppTest, name: str) -> AppTest:
    """Choose a policy package by name."""
    return page.selectbox(key="preset:en").set_value(name).run()
