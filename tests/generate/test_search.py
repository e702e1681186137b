"""The search, with a model that answers as the tests say."""

from __future__ import annotations

import ast
import json
from dataclasses import replace

import pytest

from codeworld import games
from codeworld.errors import BackendError, ContextOverflowError, RunFolderError
from codeworld.games import families
from codeworld.generate import GenerationOptions, generate
from codeworld.generate.examples import ExampleIndex, whole_index
from codeworld.generate.program_grammar import program_grammar
from codeworld.generate.prompts import shorten, write_values
from codeworld.generate.worked_examples import load_examples
from codeworld.verify import Reference, verify_game

RULES = """
# Countdown

Three players in turn take stones from a heap of 7. A turn is the text `take COUNT`, for example
`take 2`; COUNT is 1 or 2. Who takes the last stone gets 2, each other player gets -1.
"""
PIG = games.instantiate("pig", target=12, sides=3)
TOLD = PIG.rules + "\nThat is how we play it at home.\n"
KNOWN = {one.name: one for one in load_examples() if not one.is_theme}
PLAIN = GenerationOptions(num_candidates=3, refine_rounds=0, adapt=False, examples=False)


def fenced(program):
    return f"Here it is.\n\n```python\n{program.strip()}\n```\n"


@pytest.fixture
def right(small_game):
    """Return three programs of the same game, in other words, as a model sends them."""
    program = small_game("countdown")
    return tuple(fenced(program.replace('"stones"', name)) for name in ('"heap"', '"pile"', '"n"'))


@pytest.fixture
def other(small_game):
    """Return a program of a sound game that is another one."""
    return fenced(small_game("countdown").replace("STONES = 7", "STONES = 8"))


@pytest.fixture
def search(tmp_path):
    """Return a function that searches in a folder of the test's own."""

    def search(backend, rules=RULES, options=PLAIN, folder="run", **more):
        return generate(rules, backend, options=options, folder=tmp_path / folder, **more)

    return search


def values(**changed):
    return write_values({**PIG.parameters, **changed})


# --- adapting ------------------------------------------------------------------------------------


def test_a_known_games_own_rules_leave_nothing_to_ask(scripted, search):
    model = scripted()
    found = search(model, PIG.rules.replace("\n", " "), GenerationOptions())
    assert found.accepted.source == PIG.source
    assert "word for word" in found.accepted.why
    assert model.asked == []


@pytest.mark.parametrize("family", ["beats_circle", "bidding_cards", "shedding"])
def test_so_it_is_where_values_change_players_or_spellings(scripted, search, family):
    task = families.sample(family, 2026)
    nearest = whole_index().nearest(task.rules, 1)[0]
    assert not nearest.same_spelling
    model = scripted()
    found = search(model, task.rules, GenerationOptions())
    assert "word for word" in found.accepted.why
    assert verify_game(found.accepted.source, reference=Reference(task.name, task.source)).passed
    assert model.asked == []


def test_the_first_answer_is_enough_where_the_text_says_the_same(scripted, search):
    model = scripted(values=[values()])
    found = search(model, TOLD, GenerationOptions())
    assert found.accepted.source == PIG.source
    assert found.accepted.origin == "adapted"
    assert "explain the text best" in found.accepted.why
    assert len(model.asked) == 1
    assert model.asked[0][1].temperature == 0


def test_a_game_whose_values_are_disputed_is_not_accepted(scripted, search):
    model = scripted(values=[values(sides=4)] * 2, written=["no", "no", "no", "no"])
    options = GenerationOptions(num_candidates=4, refine_rounds=0)
    found = search(model, TOLD, options)
    assert found.accepted is None
    reasons = {one.about: one.why for one in found.candidates if one.origin == "adapted"}
    read, told = (f"pig(players=2, target=12, sides={sides})" for sides in (4, 3))
    assert f"{told} explains the text better" in reasons[read]
    assert "the model read others" in reasons[told]
    assert model.count("values") == 2
    assert model.count("written") == 4


def test_samples_may_find_what_the_first_answer_did_not(scripted, search):
    model = scripted(values=[values(sides=4), values(), values()])
    found = search(model, TOLD, GenerationOptions(num_candidates=6))
    assert found.accepted.source == PIG.source


def test_values_that_the_text_does_not_state_are_no_reading(scripted, search):
    model = scripted(values=[values(target=55), "target = 55"], written=["", ""])
    found = search(model, TOLD, GenerationOptions(num_candidates=2, refine_rounds=0))
    adapted = [one for one in found.candidates if one.origin == "adapted"]
    assert [one.source for one in adapted] == [PIG.source]
    assert "gave no such values" in adapted[0].why
    assert found.accepted is None


def test_a_game_is_left_out_where_a_relative_is_more_like_the_text(scripted, search):
    """Leduc poker in words that nobody knows, read as Kuhn poker with six cards."""
    text = games.load("leduc_poker").paraphrases[0]
    leduc = KNOWN["leduc_poker"]
    others = tuple(words for words in leduc.wordings if words != text)
    index = ExampleIndex(list({**KNOWN, leduc.name: replace(leduc, wordings=others)}.values()))
    kinds = [near.example.name for near in index.nearest(text) if near.same_kind]
    assert kinds == ["leduc_poker", "kuhn_poker"]
    model = scripted(values=["players = 2\ncards = 6\n"] * 2, written=[""] * 2)
    options = GenerationOptions(num_candidates=2, refine_rounds=0)
    assert search(model, text, options, index=index).accepted is None
    assert not [one for _, one in model.asked if KNOWN["kuhn_poker"].wordings[0] in str(one)]


def test_too_long_a_prompt_leaves_the_known_game_out(scripted, search, right):
    model = scripted(values=[ContextOverflowError("long")], written=[""] * 2)
    found = search(model, TOLD, GenerationOptions(num_candidates=2, refine_rounds=0))
    assert model.count("written") == 2
    assert found.accepted is None


def test_a_reference_confirms_what_the_numbers_dispute(scripted, search):
    model = scripted(values=[values(sides=4)])
    options = GenerationOptions(num_candidates=2, refine_rounds=0)
    found = search(model, TOLD, options, reference=PIG.source)
    assert found.accepted.source == PIG.source
    assert "as the reference does" in found.accepted.why


# --- writing -------------------------------------------------------------------------------------


def test_a_text_like_no_known_game_is_written(scripted, search, right):
    model = scripted(written=[right[0], right[1]])
    found = search(model, options=GenerationOptions(num_candidates=2))
    assert model.count("values") == 0
    assert found.accepted.name == "written-1"
    assert found.accepted.why == "written-0, written independently, plays the same game"
    _, rules, program, _ = (message.content for message in model.asked[0][1].messages)
    shown = next(one for one in load_examples() if rules.startswith(one.wordings[0].strip()))
    docstring = ast.get_docstring(ast.parse(shown.source))
    assert docstring not in program  # small models go on with the rules in it
    assert program == f"```python\n{shorten(shown.source)}\n```"


def test_programs_after_one_example_do_not_confirm_each_other(scripted, search, right, other):
    options = GenerationOptions(num_candidates=4, refine_rounds=0)
    found = search(scripted(written=[right[0], other, right[1], ""]), options=options)
    shown = {one.name: one.example for one in found.candidates}
    assert shown["written-0"] == shown["written-2"] != shown["written-1"] == shown["written-3"]
    assert None not in shown.values()
    assert found.accepted is None
    found = search(scripted(written=[right[0], other, "", right[1]]), options=options, folder="b")
    assert found.accepted.name == "written-3"


def test_what_the_text_states_is_said_once_more(scripted, search, right):
    model = scripted(written=[right[0], right[1]])
    search(model)
    asked = model.asked[0][1].messages[-1].content
    assert asked.startswith(RULES.strip())
    assert asked.endswith(
        "Write the program for 3 players. Actions are spelt like `take COUNT`, `take 2`."
    )


def test_a_long_program_of_another_game_is_not_shown(scripted, search, right):
    index = ExampleIndex([KNOWN["chess"], KNOWN["pig"]])
    text = "Kings, queens, rooks, bishops, knights and pawns move on the squares of a chess board."
    assert [near.example.name for near in index.nearest(text)] == ["chess", "pig"]
    model = scripted(written=[""])
    search(model, text, GenerationOptions(num_candidates=1, refine_rounds=0), index=index)
    assert shorten(KNOWN["pig"].source) in model.asked[0][1].messages[2].content


@pytest.mark.parametrize(("option", "grammar"), [(True, program_grammar()), (False, None)])
def test_a_grammar_holds_whole_programs(scripted, search, right, option, grammar):
    model = scripted(written=[right[0], ""], mended=[""])
    model.supports_grammar = True
    options = GenerationOptions(num_candidates=2, adapt=False, grammar=option)
    search(model, options=options, reference="pig")
    assert [request.grammar for _, request in model.asked] == [grammar] * 3


def test_a_forgotten_convention_is_taken_from_the_example(scripted, search, right):
    forgetful = [program.replace("else -4", "else TERMINAL") for program in right[:2]]
    index = ExampleIndex([KNOWN["pig"], KNOWN["tic_tac_toe"]])
    options = GenerationOptions(num_candidates=2, refine_rounds=0, adapt=False)
    found = search(scripted(written=forgetful), options=options, index=index)
    for one in found.candidates:
        assert one.about == f"by the model, with TERMINAL of {one.example}"
        assert one.source.startswith("TERMINAL = -4\n")
    assert found.accepted


def test_without_mending_nothing_is_taken_from_the_example(scripted, search, right):
    forgetful = [program.replace("else -4", "else TERMINAL") for program in right[:2]]
    options = GenerationOptions(num_candidates=2, refine_rounds=0, adapt=False, mend=False)
    index = ExampleIndex([KNOWN["pig"], KNOWN["tic_tac_toe"]])
    assert search(scripted(written=forgetful), options=options, index=index).accepted is None


def test_the_first_is_not_accepted_until_another_agrees(scripted, search, right, other):
    found = search(scripted(written=[right[0], other, right[1]]))
    assert found.accepted.name == "written-2"
    assert [one.accepted for one in found.candidates] == [True, False, False]


def test_programs_that_differ_in_play_do_not_confirm_each_other(scripted, search, right, other):
    found = search(scripted(written=[right[0], other, ""]))
    assert found.accepted is None
    assert found.candidates[0].report.passed
    assert found.candidates[0].why == "no other agrees yet"


def test_equal_texts_are_no_two_opinions(scripted, search, right):
    spaced = right[0].replace("STONES = 7", "STONES   =  7  # the heap")
    assert search(scripted(written=[right[0], spaced, right[0]])).accepted is None


def test_copying_the_example_confirms_nothing(scripted, search, small_game):
    example = games.load("pig").source
    copies = [fenced(f"{example}\n{extra} = 0\n") for extra in ("A", "B")]
    text = "A dice game for clever people. The dice are rolled, and points are banked, until 100."
    model = scripted(written=copies)
    options = GenerationOptions(num_candidates=2, refine_rounds=0, adapt=False)
    found = search(model, text, options)
    assert shorten(example) in model.asked[0][1].messages[2].content
    assert found.accepted is None
    assert any("shown as an example" in one.why for one in found.candidates)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (('f"take {n}"', 'f"remove {n}"'), "text_spelling"),
        (("NUM_PLAYERS = 3", "NUM_PLAYERS = 2"), "text_players"),
    ],
)
def test_a_sound_game_that_the_text_denies_is_rejected(scripted, search, small_game, change, check):
    program = small_game("countdown").replace(*change)
    found = search(scripted(written=[fenced(program), fenced(program + "\nX = 1\n"), ""]))
    assert found.accepted is None
    assert all(
        check in {failure.name for failure in one.report.failures}
        for one in found.candidates
        if one.source
    )


def test_a_reference_decides_alone(scripted, search, right, other, small_game):
    found = search(scripted(written=[other, right[0]]), reference=small_game("countdown"))
    assert found.accepted.name == "written-1"
    assert found.candidates[1].why == "it fails checks"


def test_an_answer_without_a_program_is_a_failed_candidate(scripted, search):
    found = search(scripted(written=["I cannot do that.", "", "\ud800\0\x1b[2J"]))
    assert [one.source for one in found.candidates] == ["", "", ""]
    assert not any(one.report.passed for one in found.candidates)


def test_too_long_a_prompt_is_asked_again_without_an_example(scripted, search, right):
    model = scripted(written=[ContextOverflowError("long"), right[0], right[1]])
    found = search(model, options=GenerationOptions(num_candidates=2, refine_rounds=0))
    assert found.accepted is not None
    assert [len(request.messages) for _, request in model.asked] == [4, 2, 2]


def test_a_text_that_is_too_long_without_an_example_is_an_error(scripted, search):
    model = scripted(written=[ContextOverflowError("long")] * 2)
    with pytest.raises(ContextOverflowError):
        search(model, options=GenerationOptions(num_candidates=1))


# --- mending -------------------------------------------------------------------------------------


def test_failures_go_back_to_the_model(scripted, search, right):
    broken = right[0].replace('f"take {n}"', 'f"grab {n}"')
    model = scripted(written=[right[1], broken, ""], mended=[right[0], ""])
    options = GenerationOptions(num_candidates=3, refine_rounds=1, adapt=False)
    found = search(model, options=options)
    assert found.accepted.origin == "mended"
    told = model.asked[3][1].messages
    assert "text_spelling" in told[-1].content
    assert "'grab 1'" in told[-1].content
    assert "grab" in told[-2].content


def test_two_mended_forms_of_one_program_are_one_opinion(scripted, search, right):
    broken = right[2].replace('f"take {n}"', 'f"grab {n}"')
    model = scripted(written=[broken], mended=[right[0], right[1]])
    options = GenerationOptions(num_candidates=1, refine_rounds=2, adapt=False)
    found = search(model, options=options)
    assert [one.report.passed for one in found.candidates] == [True, True, False]
    assert found.accepted is None


def test_what_there_is_stands_where_mending_does_not_fit(scripted, search, right):
    model = scripted(
        written=["", right[0].replace("take {n}", "grab")], mended=[ContextOverflowError("long")]
    )
    options = GenerationOptions(num_candidates=2, refine_rounds=1, adapt=False)
    assert len(search(model, options=options).candidates) == 2


# --- budgets, order, faults ----------------------------------------------------------------------


def test_answers_that_are_not_needed_are_cut_off(scripted, search, right):
    model = scripted(parallel=3, written=[right[0], right[1], None])
    found = search(model)
    assert found.accepted is not None
    assert model.cut <= 1
    assert found.spent.answers == 2


def test_time_is_a_budget(scripted, search):
    model = scripted(parallel=2, written=[None] * 3)
    options = GenerationOptions(num_candidates=3, seconds=0.2, adapt=False, examples=False)
    found = search(model, options=options)
    assert found.candidates == ()
    assert model.cut == len(model.asked) == 2


def test_tokens_are_a_budget(scripted, search, right, other):
    model = scripted(written=[right[0], other, right[1]])
    options = GenerationOptions(num_candidates=3, tokens=1, adapt=False, examples=False)
    found = search(model, options=options)
    assert len(model.asked) == 1
    assert len(found.candidates) == 1


def test_the_same_search_finds_the_same(scripted, tmp_path, right, other):
    one, two = (
        generate(
            RULES,
            scripted(written=[right[0], other, right[1]]),
            options=PLAIN,
            folder=tmp_path / folder,
        )
        for folder in ("one", "two")
    )
    assert one.candidates == two.candidates


@pytest.mark.parametrize("error", [BackendError("it burns"), MemoryError("none left")])
def test_faults_of_the_model_are_raised(scripted, search, right, error):
    model = scripted(parallel=2, written=[right[0], error, None])
    with pytest.raises(type(error), match=str(error)):
        search(model)
    model.close()  # nothing is being written any more


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ZeroDivisionError])
def test_a_broken_search_goes_on_from_its_answers(scripted, search, tmp_path, right, other, fault):
    def stop(candidate):
        raise fault

    broken = scripted(parallel=2, written=[other, None, None])
    with pytest.raises(fault):
        search(broken, on_candidate=stop)
    broken.close()
    kept = list((tmp_path / "run").glob("answer-*.json"))
    assert len(kept) == 1
    assert (tmp_path / "run" / "written-0.py").read_text() == _source(other)

    resumed = scripted(written=[right[0], right[1]])
    found = search(resumed)
    unbroken = generate(
        RULES,
        scripted(written=[other, right[0], right[1]]),
        options=PLAIN,
        folder=tmp_path / "whole",
    )
    assert len(resumed.asked) == 2
    assert found.candidates == unbroken.candidates
    assert found.accepted is not None


def _source(text):
    return text.partition("```python\n")[2].partition("```")[0]


def test_a_finished_run_asks_nothing(scripted, search, right):
    first = search(scripted(written=[right[0], right[1]], parallel=1))
    again = search(scripted())
    assert again.candidates == first.candidates


def test_an_answer_that_was_cut_off_by_a_full_disk_is_asked_again(
    scripted, search, tmp_path, right
):
    options = GenerationOptions(num_candidates=2, adapt=False, examples=False)
    search(scripted(written=[right[0], right[1]]), options=options)
    kept = sorted((tmp_path / "run").glob("answer-*.json"))
    kept[0].write_text(kept[0].read_text()[:20])
    model = scripted(written=[right[0]])
    search(model, options=options)
    assert len(model.asked) == 1


def test_candidates_are_written_down(scripted, search, tmp_path, right):
    found = search(scripted(written=[right[0], right[1]]))
    data = json.loads((tmp_path / "run" / "written-1.json").read_text())
    assert data["accepted"] is True
    assert data["source"] == found.accepted.source
    assert data["report"]["passed"] is True
    assert not list((tmp_path / "run").glob("*.part"))


def test_a_folder_that_cannot_be_used_is_named(scripted, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="file"):
        generate(RULES, scripted(), options=PLAIN, folder=tmp_path / "file" / "run")


@pytest.mark.parametrize(
    "option",
    [{"num_candidates": 0}, {"seconds": 0}, {"tokens": -1}, {"temperature": -1}, {"seed": -1}],
    ids=str,
)
def test_options_that_ask_for_nothing_are_refused(option):
    with pytest.raises(Exception, match=next(iter(option))):
        GenerationOptions(**option)
