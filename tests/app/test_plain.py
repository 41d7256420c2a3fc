"""Words from files and users are shown as they are: Markdown in them does nothing."""

import pytest

from simulator.ui.session import plain


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("R&D (50 %), a: b", "R&D (50 %), a: b"),
        ("**x** [a](http://b)", r"\*\*x\*\* \[a\](http\://b)"),
        (":red[x] :smile:", r"\:red\[x\] \:smile:"),
        ("<b> $x$ `c` ~~d~~", r"\<b> \$x\$ \`c\` \~\~d\~\~"),
        ("# title", r"\# title"),
        ("a\\b", r"a\\b"),
    ],
)
def test_marks_are_escaped_and_plain_words_are_not_touched(text: str, escaped: str) -> None:
    assert plain(text) == escaped
