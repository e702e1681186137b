"""Reports as pages."""

from __future__ import annotations

import re

import pytest

from codeworld import games
from codeworld.sandbox import compile_game
from codeworld.verify import QUICK, Reference, verify_game
from codeworld.verify.drawn_line import MAX_DRAWN, draw_line
from codeworld.verify.report_html import draw_report

TIC_TAC_TOE = games.load("tic_tac_toe")
KUHN = games.load("kuhn_poker")
SIGN = "<script>alert('&amp;')</script>"
HOSTILE = f'''
def get_initial_state():
    return {{"turn": 0}}

def get_current_player(state):
    return 0 if state["turn"] < 3 else -4

def get_legal_actions(state):
    return ["{SIGN}", "b"] if state["turn"] < 3 else []

def apply_action(state, action):
    return {{"turn": state["turn"] + 1}}

def get_rewards(state):
    return [1.0 * state["turn"]]

def get_observations(state):
    return [state["turn"]]

def render(state):
    return "{SIGN}"
'''


def page_of(source, reference=None):
    report = verify_game(source, reference=reference, budget=QUICK)
    return draw_report(report, source, name=SIGN, reference=reference), report


def test_the_failing_line_is_drawn_with_what_was_expected():
    wrong = TIC_TAC_TOE.source.replace("(1, 1), (1, -1))", "(1, 1))")
    page, report = page_of(wrong, "tic_tac_toe")
    (failed,) = [check for check in report.failures if check.name == "same_players"]
    section = page.split('<section id="same_players">')[1].split("</section>")[0]
    played = re.findall(r'<span class="action">(.*?)</span>', section)
    assert tuple(played) == failed.actions
    assert "to move: expected <b>nobody: the end</b>, found <b>player 1</b>" in section
    assert section.count("<pre>") == len(played) + 1
    assert len(re.findall(r"[xo.] [xo.] [xo.]\n[xo.] [xo.] [xo.]", section)) == len(played) + 1


def test_whatever_the_candidate_says_is_escaped():
    page, report = page_of(HOSTILE, Reference("other", KUHN.source))
    assert any(check.actions for check in report.failures)
    assert SIGN not in page
    assert "&lt;script&gt;alert(&#39;&amp;amp;&#39;)&lt;/script&gt;" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_the_page_is_self_contained():
    page, report = page_of(TIC_TAC_TOE.source, "tic_tac_toe")
    assert report.passed
    assert "Every check passed" in page
    assert not re.search(r"(src|href)=|url\(|@import", page)
    for check in report.checks:
        assert f"<td>{check.name}</td>" in page


@pytest.mark.parametrize("source", ["", "not python at all(", "x = 1", "x = '\ud800'"])
def test_a_program_that_does_not_load_has_a_page(source):
    page, report = page_of(source)
    assert not report.passed
    page.encode()


class TestDrawLine:
    def test_a_line_of_one_game_against_itself_has_no_deviation(self):
        game, reference = compile_game(KUHN.source), compile_game(KUHN.source)
        steps = draw_line(game, ("deal J", "deal K", "check"), reference)
        assert [step.player for step in steps] == ["chance", "chance", "player 0", "player 1"]
        assert [step.action for step in steps] == ["deal J", "deal K", "check", None]
        assert "deal J (0.333333)" in steps[0].legal
        assert not any(step.deviations or step.fault for step in steps)

    def test_a_refusal_is_the_last_step(self):
        steps = draw_line(compile_game(TIC_TAC_TOE.source), ("place 0 0", "place 0 0", "place 1 1"))
        assert steps[-1].number == 2
        assert "not a legal action" in steps[-1].fault
        assert steps[-2].action == "place 0 0"

    def test_the_reference_is_left_where_it_refuses(self):
        wrong = TIC_TAC_TOE.source.replace("(1, 1), (1, -1))", "(1, 1))")
        line = ("place 0 2", "place 0 1", "place 1 1", "place 0 0", "place 2 0", "place 2 2")
        steps = draw_line(compile_game(wrong), line, compile_game(TIC_TAC_TOE.source))
        assert [deviation.fact for deviation in steps[5].deviations] == [
            "to move",
            "legal",
            "returns",
        ]
        assert steps[6].deviations == ()

    def test_of_a_long_line_the_end_is_drawn(self, small_game):
        game = compile_game(small_game("walk"))
        steps = draw_line(game, ("left",) * 100)
        assert len(steps) == MAX_DRAWN
        assert steps[-1].number == 100
