"""Gen chess against a second set of rules, written here by another method.

The game walks precomputed lines and tries out only moves that might expose the king. The referee
below asks of every pair of squares whether the piece on the one may go to the other, makes each
such move, and then asks of every enemy piece whether it reaches the king.
"""

from __future__ import annotations

import itertools
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import load
from codeworld.seeding import derive_seed

COLOURS = ("white", "black")
START = 'START = "rnbqk/ppppp/5/PPPPP/RNBQK w - - 0 1"'
SQUARES = tuple(itertools.product(range(1, 6), range(1, 6)))  # (file, rank), each from 1


def square_name(square):
    return "abcde"[square[0] - 1] + str(square[1])


class Referee:
    """One game, judged by brute force. Its board has a piece for each square that is not empty."""

    def __init__(self, fen):
        rows, colour, _, passed, quiet, _ = fen.split()
        self.board = {}
        for rank, row in zip((5, 4, 3, 2, 1), rows.split("/"), strict=True):
            marks = "".join("." * int(mark) if mark.isdigit() else mark for mark in row)
            for file, mark in enumerate(marks, 1):
                if mark != ".":
                    self.board[file, rank] = mark
        self.white, self.quiet = colour == "w", int(quiet)
        self.passed = next((square for square in SQUARES if square_name(square) == passed), None)
        self.positions = Counter()
        self.actions = []
        self._judge()

    def _reaches(self, board, source, target):
        """Return whether the piece on one square attacks the other."""
        piece, across, up = board[source], target[0] - source[0], target[1] - source[1]
        distances = sorted((abs(across), abs(up)))
        match piece.lower():
            case "p":
                return abs(across) == 1 and up == (1 if piece.isupper() else -1)
            case "n":
                return distances == [1, 2]
            case "k":
                return distances[1] == 1
        is_straight, is_diagonal = distances[0] == 0, distances[0] == distances[1]
        if piece not in ("RrQq" if is_straight else "BbQq" if is_diagonal else ""):
            return False
        far = distances[1]
        between = [
            (source[0] + across * step // far, source[1] + up * step // far)
            for step in range(1, far)
        ]
        return far > 0 and not any(square in board for square in between)

    def _in_check(self, board, white):
        king = next(square for square, mark in board.items() if mark == ("K" if white else "k"))
        return any(
            mark.isupper() != white and self._reaches(board, square, king)
            for square, mark in board.items()
        )

    def _may_go(self, source, target):
        """Return whether the piece goes so, its own king's safety left aside."""
        piece, taken = self.board[source], self.board.get(target)
        if taken and taken.isupper() == self.white:
            return False
        if piece in "Pp" and source[0] == target[0]:
            forward, first = (1, 2) if self.white else (-1, 4)
            middle = (source[0], source[1] + forward)
            if taken or middle in self.board:
                return False
            return target == middle or (source[1] == first and target[1] == first + 2 * forward)
        if piece in "Pp" and not taken and target != self.passed:
            return False
        return self._reaches(self.board, source, target)

    def _after(self, source, target, letter=""):
        board = dict(self.board)
        piece = board.pop(source)
        if piece in "Pp" and target == self.passed and source[0] != target[0]:
            del board[target[0], source[1]]
        board[target] = (letter.upper() if self.white else letter) or piece
        return board

    def _judge(self):
        """Find the legal moves, whether the game is over, and why."""
        self.moves = {}
        for source, target in itertools.product(SQUARES, SQUARES):
            mine = source in self.board and self.board[source].isupper() == self.white
            if mine and self._may_go(source, target):
                promotes = self.board[source] in "Pp" and target[1] in (1, 5)
                if not self._in_check(self._after(source, target), self.white):
                    for letter in "qrbn" if promotes else ("",):
                        name = square_name(source) + square_name(target) + letter
                        self.moves[name] = (source, target, letter)
        passings = [
            target == self.passed and self.board[source] in "Pp"
            for source, target, _ in self.moves.values()
        ]
        self.passed = self.passed if any(passings) else None
        position = (frozenset(self.board.items()), self.white, self.passed)
        self.positions[position] += 1
        self.times = self.positions[position]
        self.end, self.returns = self._find_end(), [0.0, 0.0]
        if self.end == "checkmate":
            self.returns = [-1.0, 1.0] if self.white else [1.0, -1.0]
        self.player = TERMINAL_PLAYER if self.end else int(not self.white)
        self.legal = [] if self.end else sorted(self.moves)

    def _find_end(self):
        if not self.moves:
            return "checkmate" if self._in_check(self.board, self.white) else "stalemate"
        if self.quiet >= 100:
            return "quiet"
        if self.times >= 3:
            return "repetition"
        others = {square: mark for square, mark in self.board.items() if mark not in "Kk"}
        shades = {(file + rank) % 2 for file, rank in others}
        bishops_only = all(mark in "Bb" for mark in others.values())
        if len(others) == 1 and set(others.values()) <= set("BbNn"):
            return "material"
        return "material" if bishops_only and len(shades) <= 1 else ""

    def play(self, action):
        source, target, letter = self.moves[action]
        is_pawn, taken = self.board[source] in "Pp", target in self.board
        self.quiet = 0 if is_pawn or taken else self.quiet + 1
        self.board = self._after(source, target, letter)
        is_double = is_pawn and abs(target[1] - source[1]) == 2
        self.passed = (source[0], 3) if is_double else None
        self.white = not self.white
        self.actions.append(action)
        self._judge()

    def observed(self):
        return {
            "board": [
                self.board.get((file, rank), ".")
                for rank in (5, 4, 3, 2, 1)
                for file in (1, 2, 3, 4, 5)
            ],
            "en_passant": square_name(self.passed) if self.passed else "none",
            "quiet": self.quiet,
            "times": self.times,
            "to_move": "none" if self.end else COLOURS[self.player],
        }


def started_from(fen):
    """Return our game from another first position; as plain Python, which is quick to compile."""
    source, namespace = load("gen_chess").source, {}
    assert source.count(START) == 1
    exec(source.replace(START, f'START = "{fen}"'), namespace)
    return SimpleNamespace(**namespace)


FIRST = START.split('"')[1]


def compare_play(game, choose, fen=FIRST):
    """Compare every step of one game; return what happened in it."""
    state, referee, seen = game.get_initial_state(), Referee(fen), Counter()
    while True:
        assert game.get_current_player(state) == referee.player, referee.actions
        assert sorted(game.get_legal_actions(state)) == referee.legal, referee.actions
        assert game.get_rewards(state) == referee.returns, referee.actions
        seen_by_both = referee.observed()
        for colour, observation in zip(COLOURS, game.get_observations(state), strict=True):
            assert observation == {"colour": colour, **seen_by_both}, referee.actions
        if referee.end:
            return seen + Counter([referee.end])
        action = choose(referee, referee.legal)
        source, target, letter = referee.moves[action]
        is_pawn = referee.board[source] in "Pp"
        seen["promotion"] += letter != ""
        seen["double step"] += is_pawn and abs(source[1] - target[1]) == 2
        seen["en passant"] += is_pawn and target == referee.passed and source[0] != target[0]
        referee.play(action)
        state = game.apply_action(state, action)


@pytest.mark.parametrize(
    "seeds", [range(60), pytest.param(range(60, 1000), marks=pytest.mark.slow)]
)
def test_random_games(compiled, random_choice, seeds):
    for seed in seeds:
        compare_play(compiled("gen_chess"), random_choice(seed, "gen chess"))


def weight_pawns(referee, source, target):
    """Go two squares with pawns, capture en passant, and keep enough pawns for that."""
    if referee.board[source] in "Pp":
        return 30 if target == referee.passed or abs(source[1] - target[1]) == 2 else 3
    return 0.3 if target in referee.board else 1


def weight_captures(referee, source, target):
    """Take everything, so that little is left."""
    return 50 if target in referee.board else 1


def weight_quiet(referee, source, target):
    """Avoid captures and moves of pawns once there is room."""
    is_quiet = target not in referee.board and referee.board[source] not in "Pp"
    return 1 if is_quiet or len(referee.actions) < 12 else 1e-6


def weight_returns(referee, source, target):
    """Go back to where the piece has come from."""
    if len(referee.actions) < 6:
        return 1
    last = referee.actions[-2]
    return 20 if square_name(target) + square_name(source) == last[2:4] + last[:2] else 1


WEIGHTS = (weight_pawns, weight_captures, weight_quiet, weight_returns)


def steered(seed, weight):
    """Return a policy that draws its actions by weight."""
    generator = np.random.default_rng(derive_seed(seed, f"gen chess, {weight.__name__}"))

    def choose(referee, legal):
        weights = np.array([weight(referee, *referee.moves[action][:2]) for action in legal])
        return legal[generator.choice(len(legal), p=weights / weights.sum())]

    return choose


@pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 60), marks=pytest.mark.slow)])
def test_games_steered_into_rare_rules(compiled, seeds):
    seen = Counter()
    for weight in WEIGHTS:
        for seed in seeds:
            seen += compare_play(compiled("gen_chess"), steered(seed, weight))
    for event in ("promotion", "double step", "en passant", "checkmate", "stalemate"):
        assert seen[event] >= len(seeds) / 4, event
    for end in ("quiet", "repetition", "material"):
        assert seen[end] >= len(seeds) / 4, end


@pytest.mark.parametrize(
    "fen",
    [
        "4k/5/5/3P1/4K w - - 0 1",
        "2b1k/1p3/5/5/1NB1K b - - 0 1",
        "k4/p4/5/5/1R2K w - - 0 1",
        "r3k/5/5/5/K3R w - - 97 80",
        "4k/PPP2/5/2ppp/K4 w - - 0 1",
        "k4/5/1P1p1/5/R1B1K b - - 40 1",
        "4k/1p1p1/2P2/P3P/K4 b - - 0 1",
        "5/RpPk1/5/5/4K b - c3 0 1",  # both pawns shield the king: no capture en passant
    ],
)
def test_endings(random_choice, fen):
    game = started_from(fen)
    for seed in range(12):
        compare_play(game, random_choice(seed, "gen chess, endings"), fen)


def test_a_checkmate_by_the_last_quiet_action_wins():
    fen = "k1K2/5/5/5/4R w - - 99 80"
    seen = compare_play(started_from(fen), lambda referee, legal: "e1a1", fen)
    assert seen["checkmate"] == 1


@pytest.mark.parametrize("pieces", ["", *"BbNnPpQR", "NN", "Nn", "bN", "Bb", "BB"])
def test_insufficient_material(pieces):
    """The pieces stand in every pair of squares of two ranks, so bishops are of every shade."""
    for places in itertools.combinations(range(10), len(pieces)):
        cells = ["."] * 10
        for place, piece in zip(places, pieces, strict=True):
            cells[place] = piece
        rows = ["".join(cells[:5]).replace(".", "1"), "".join(cells[5:]).replace(".", "1")]
        fen = f"4k/5/{rows[0]}/{rows[1]}/K4 w - - 0 1"
        referee = Referee(fen)
        state = started_from(fen).get_initial_state()
        assert state["player"] == referee.player, fen


# Counts on which the referee, the game and Fairy-Stockfish (variant gardner with a double step)
# agree.
PERFT = {
    FIRST: (7, 53, 517, 4949, 55763),
    "4k/1p1p1/2P2/P3P/K4 b - - 0 1": (8, 57, 387, 2803, 18370),
    "rn1qk/p1p1p/1pPp1/PP1PP/R1BQK w - - 0 1": (7, 67, 615, 6961),
}


def count_by_game(game, state, depth):
    legal = game.get_legal_actions(state)
    if depth == 1:
        return len(legal)
    return sum(count_by_game(game, game.apply_action(state, move), depth - 1) for move in legal)


def count_by_referee(fen, line, depth):
    referee = Referee(fen)
    for action in line:
        referee.play(action)
    if depth == 1:
        return len(referee.legal)
    return sum(count_by_referee(fen, (*line, action), depth - 1) for action in referee.legal)


@pytest.mark.parametrize("fen", PERFT)
def test_lines_of_play(fen):
    game = started_from(fen)
    for depth, count in enumerate(PERFT[fen], 1):
        assert count_by_game(game, game.get_initial_state(), depth) == count
        if count <= 2_000:
            assert count_by_referee(fen, (), depth) == count


def test_the_actions_are_all_moves_of_a_queen_or_knight_and_all_promotions(compiled):
    expected = set()
    for source, target in itertools.permutations(SQUARES, 2):
        across, up = abs(target[0] - source[0]), abs(target[1] - source[1])
        move = square_name(source) + square_name(target)
        if across in (0, up) or up == 0 or {across, up} == {1, 2}:
            expected.add(move)
        if across <= 1 and (source[1], target[1]) in ((4, 5), (2, 1)):
            expected |= {move + letter for letter in "qrbn"}
    assert len(expected) == 520
    assert sorted(compiled("gen_chess").get_all_actions()) == sorted(expected)
