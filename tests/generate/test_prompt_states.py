"""States of prompts: read once, built on the conversation before, never built on what is gone."""

from __future__ import annotations

import concurrent.futures
import threading

import pytest

from codeworld.generate.backend import Message
from codeworld.generate.prompt_states import MAX_STATES, PromptStates

QUESTION = (Message("system", "be brief"), Message("user", "what?"))
MORE = (*QUESTION, Message("assistant", "that"), Message("user", "no"))


class Slots:
    """Slots that hold the prompt they were last filled with; a file holds that of a slot."""

    def __init__(self, folder):
        self.folder = folder
        self.held = {}
        self.reads = []
        self.cancelled = False

    def states(self):
        return PromptStates(self.folder, read=self.read, save=self.save, restore=self.restore)

    def read(self, slot, prompt, goes_on, cancel):
        if self.cancelled:
            return False
        if goes_on:
            assert self.held[slot] == prompt[:-2]
        self.reads.append(prompt)
        self.held[slot] = prompt
        return True

    def save(self, slot, filename):
        (self.folder / filename).write_text(repr(self.held[slot]))

    def restore(self, slot, filename):
        text = (self.folder / filename).read_text()
        self.held[slot] = next(prompt for prompt in self.reads if repr(prompt) == text)


@pytest.fixture
def slots(tmp_path):
    return Slots(tmp_path)


def test_a_prompt_is_read_once(slots):
    states = slots.states()
    for slot in (0, 1, 0):
        assert states.load(slot, QUESTION, None)
        assert slots.held[slot] == QUESTION
    assert slots.reads == [QUESTION]


def test_a_conversation_goes_on_from_its_own_beginning(slots):
    states = slots.states()
    assert states.load(0, MORE, None)
    assert slots.reads == [QUESTION, MORE]
    slots.held[0] = ()
    assert states.load(0, QUESTION, None)
    assert slots.held[0] == QUESTION
    assert slots.reads == [QUESTION, MORE]


def test_threads_wait_for_the_one_that_reads(slots):
    states = slots.states()
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda slot: states.load(slot, QUESTION, None), range(6)))
    assert all(done)
    assert slots.reads == [QUESTION]
    assert slots.held == dict.fromkeys(range(6), QUESTION)


def test_the_oldest_are_dropped_with_their_files_and_read_again(slots):
    states = slots.states()
    prompts = [(Message("user", str(number)),) for number in range(MAX_STATES + 2)]
    for prompt in prompts:
        assert states.load(0, prompt, None)
    assert len(list(slots.folder.iterdir())) == MAX_STATES
    assert states.load(0, prompts[0], None)
    assert slots.held[0] == prompts[0]
    assert slots.reads == [*prompts, prompts[0]]


def test_a_reading_that_is_cancelled_leaves_nothing_behind(slots):
    states = slots.states()
    slots.cancelled = True
    assert not states.load(0, MORE, None)
    assert not list(slots.folder.iterdir())
    slots.cancelled = False
    assert states.load(0, MORE, None)
    assert slots.reads == [QUESTION, MORE]


def test_who_waits_for_another_can_be_cancelled(slots):
    states = slots.states()
    begun, go_on, cancel = threading.Event(), threading.Event(), threading.Event()
    read = slots.read

    def slow(*arguments):
        begun.set()
        assert go_on.wait(30)
        return read(*arguments)

    states._read = slow
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        first = pool.submit(states.load, 0, QUESTION, None)
        assert begun.wait(30)
        second = pool.submit(states.load, 1, QUESTION, cancel)
        cancel.set()
        assert not second.result(30)
        go_on.set()
        assert first.result(30)
    assert 1 not in slots.held
