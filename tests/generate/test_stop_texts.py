"""Stop texts: a streamed text ends before them, and no part of one is ever streamed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeworld.generate.stop_texts import StopTexts

letters = st.text("ab\n", max_size=4)


def streamed(pieces, stops):
    """Return what was streamed, after each piece and at the end, and the whole text."""
    passed_on = []
    text = StopTexts(stops, passed_on.append)
    told = []
    for piece in pieces:
        text.add(piece)
        told.append("".join(passed_on))
    whole = text.finish()
    return [*told, "".join(passed_on)], whole


@given(
    pieces=st.lists(letters, max_size=12),
    stops=st.lists(letters.filter(bool), max_size=3).map(tuple),
)
def test_the_text_ends_before_the_first_stop_text_however_it_is_cut_into_pieces(pieces, stops):
    told, whole = streamed(pieces, stops)
    written = ""
    for piece in pieces:  # what is behind the piece that completes a stop text is never looked at
        written += piece
        if any(stop in written for stop in stops):
            break
    ends = [written.find(stop) for stop in stops if stop in written]
    assert whole == (written[: min(ends)] if ends else written)
    assert told[-1] == whole
    for before in told:
        assert whole.startswith(before)


def test_what_may_be_the_beginning_of_a_stop_text_waits_for_more():
    told, whole = streamed(["one\n", "\n", "two\n\n", "# end", "three"], ("\n\n# end",))
    assert told == ["one", "one", "one\n\ntwo", "one\n\ntwo", "one\n\ntwo", "one\n\ntwo"]
    assert whole == "one\n\ntwo"


def test_what_waited_in_vain_is_passed_on_at_the_end():
    told, whole = streamed(["a\n\n#"], ("\n\n# end",))
    assert told == ["a", "a\n\n#"]
    assert whole == "a\n\n#"


@pytest.mark.parametrize("listens", [True, False])
def test_it_says_that_it_stopped(listens):
    text = StopTexts(("stop",), (lambda piece: None) if listens else None)
    text.add("st")
    assert not text.stopped
    text.add("op and go")
    assert text.stopped
    assert text.finish() == ""
