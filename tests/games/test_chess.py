"""Chess against python-chess: games compared at every step, and published perft counts.

Draws by repetition and after 100 quiet actions are declared at once here, which python-chess leaves
to a claim, and insufficient material is what python-chess calls so: its methods are asked directly.
"""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import chess
import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import load
from codeworld.seeding import derive_seed

COLOURS = ("white", "black")
START = f'START = "{chess.STARTING_FEN}"'


def started_from(fen):
    """Return our game from another first position; as plain Python, which is quick to compile."""
    source, namespace = load("chess").source, {}
    assert source.count(START) == 1
    exec(source.replace(START, f'START = "{fen}"'), namespace)
    return SimpleNamespace(**namespace)


def judged(board):
    """Return player to move, legal actions, returns, and why the game ended, by python-chess."""
    legal = {move.uci() for move in board.legal_moves}
    if not legal and board.is_check():
        return TERMINAL_PLAYER, set(), [-1.0, 1.0] if board.turn else [1.0, -1.0], "checkmate"
    ends = {
        "stalemate": not legal,
        "quiet": board.halfmove_clock >= 100,
        "material": board.is_insufficient_material(),
        "repetition": board.is_repetition(3),
    }
    for end, holds in ends.items():
        if holds:
            return TERMINAL_PLAYER, set(), [0.0, 0.0], end
    return int(not board.turn), legal, [0.0, 0.0], "goes on"


def observed(board, player):
    """Return what both players see, but for their colour, by python-chess."""
    sides = (chess.WHITE, chess.BLACK)
    kings = [board.has_kingside_castling_rights(side) for side in sides]
    queens = [board.has_queenside_castling_rights(side) for side in sides]
    passed = chess.square_name(board.ep_square) if board.has_legal_en_passant() else "none"
    return {
        "board": str(board).split(),
        "castling": [kings[0], queens[0], kings[1], queens[1]],
        "en_passant": passed,
        "quiet": board.halfmove_clock,
        "times": next(times for times in (1, 2, 3) if not board.is_repetition(times + 1)),
        "to_move": "none" if player == TERMINAL_PLAYER else COLOURS[player],
    }


def compare_play(game, board, choose, max_actions=10_000):
    """Compare every step of one game; return what happened in it."""
    state, seen = game.get_initial_state(), Counter()
    for _ in range(max_actions):
        player, legal, returns, end = judged(board)
        assert game.get_current_player(state) == player, board.move_stack
        assert set(game.get_legal_actions(state)) == legal, board.move_stack
        assert game.get_rewards(state) == returns, board.move_stack
        seen_by_both = observed(board, player)
        for colour, observation in zip(COLOURS, game.get_observations(state), strict=True):
            assert observation == {"colour": colour, **seen_by_both}, board.move_stack
        if player == TERMINAL_PLAYER:
            seen[end] += 1
            break
        action = choose(board, sorted(legal))
        move = chess.Move.from_uci(action)
        seen["castling"] += board.is_castling(move)
        seen["en passant"] += board.is_en_passant(move)
        seen["promotion"] += move.promotion is not None
        board.push(move)
        state = game.apply_action(state, action)
    return seen


@pytest.mark.parametrize(
    "seeds", [range(20), pytest.param(range(20, 1000), marks=pytest.mark.slow)]
)
def test_random_games(compiled, random_choice, seeds):
    for seed in seeds:
        compare_play(compiled("chess"), chess.Board(), random_choice(seed, "chess"))


def weight_special(board, move):
    """Castle, promote, capture en passant, and offer to be captured so."""
    if board.is_castling(move) or board.is_en_passant(move) or move.promotion:
        return 30
    is_pawn = board.piece_type_at(move.from_square) == chess.PAWN
    is_double = abs(chess.square_rank(move.from_square) - chess.square_rank(move.to_square)) == 2
    if is_pawn:
        return 6 if is_double else 3
    return 0.2 if board.piece_type_at(move.from_square) in (chess.KING, chess.ROOK) else 1


def weight_captures(board, move):
    """Take everything, so that little is left."""
    return 50 if board.is_capture(move) else 1


def weight_quiet(board, move):
    """Avoid captures and moves of pawns once there is room."""
    return 1 if board.fullmove_number < 10 or not board.is_zeroing(move) else 1e-6


def weight_returns(board, move):
    """Go back to where the piece has come from."""
    if len(board.move_stack) < 10:
        return 1
    last = board.move_stack[-2]
    return 20 if (move.from_square, move.to_square) == (last.to_square, last.from_square) else 1


WEIGHTS = (weight_special, weight_captures, weight_quiet, weight_returns)


def steered(seed, weight):
    """Return a policy that draws its actions by weight."""
    generator = np.random.default_rng(derive_seed(seed, f"chess, {weight.__name__}"))

    def choose(board, legal):
        weights = np.array([weight(board, chess.Move.from_uci(action)) for action in legal])
        return legal[generator.choice(len(legal), p=weights / weights.sum())]

    return choose


@pytest.mark.parametrize("seeds", [range(8), pytest.param(range(8, 50), marks=pytest.mark.slow)])
def test_games_steered_into_rare_rules(compiled, seeds):
    seen = Counter()
    for weight in WEIGHTS:
        for seed in seeds:
            seen += compare_play(compiled("chess"), chess.Board(), steered(seed, weight))
    assert set(seen) >= {"castling", "en passant", "promotion", "quiet", "repetition", "material"}
    assert seen["castling"] >= len(seeds)
    assert seen["en passant"] >= len(seeds) / 2
    assert seen["promotion"] >= len(seeds)
    for end in ("quiet", "repetition", "material"):
        assert seen[end] >= len(seeds) / 2, end


ENDINGS = (
    "4k3/8/8/8/8/8/4P3/4K3 w - - 0 1",
    "4kb2/8/8/8/8/8/1P6/2B1K3 w - - 0 1",
    "4kn2/3p4/8/8/8/8/8/1N2K3 b - - 0 1",
    "2b1kb2/8/8/8/8/8/8/2B1K3 w - - 0 1",
    "4k3/8/8/2n5/8/8/4P3/1N2KN2 w - - 0 1",
    "4k3/7p/8/8/8/8/8/Q3K3 w - - 0 1",
    "k7/p7/8/8/8/8/8/1R4K1 b - - 0 1",
    "r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1",
    "8/8/2k5/8/4Q3/8/8/4K2R b K - 90 60",
    "8/6pp/8/5P1k/8/6KP/6P1/8 b - - 0 1",
)


@pytest.mark.parametrize("fen", ENDINGS)
def test_endings(random_choice, fen):
    game, seen = started_from(fen), Counter()
    for seed in range(3):
        seen += compare_play(game, chess.Board(fen), random_choice(seed, "chess, endings"))
    assert seen["goes on"] == 0


def test_stalemates_and_mates_by_chance(random_choice):
    """A king and a pawn alone against a queen and a rook meet every end."""
    fen = "7k/7p/8/8/8/8/8/RQ2K3 w - - 0 1"
    game, seen = started_from(fen), Counter()
    for seed in range(40):
        seen += compare_play(game, chess.Board(fen), random_choice(seed, "chess, stalemates"))
    assert seen["stalemate"] >= 3
    assert seen["checkmate"] >= 3


def test_a_checkmate_by_the_last_quiet_action_wins():
    fen = "k1K5/8/8/8/8/8/8/4R3 w - - 99 80"
    seen = compare_play(started_from(fen), chess.Board(fen), lambda board, legal: "e1a1")
    assert seen["checkmate"] == 1


@pytest.mark.parametrize(
    ("pieces", "drawn"),
    [
        ("", True),
        ("B", True),
        ("n", True),
        ("N", True),
        ("b", True),
        ("P", False),
        ("q", False),
        ("R", False),
        ("NN", False),
        ("Nn", False),
        ("Bn", False),
        ("BN", False),
        ("B.b", True),
        ("Bb", False),
        ("B.B", True),
        ("BB", False),
        ("B.B.b", True),
        ("B.Bb", False),
        ("B.b.n", False),
    ],
)
def test_insufficient_material(pieces, drawn):
    """The pieces stand on b4 and to the right of it; neighbours have different shades."""
    row = f"1{pieces.replace('.', '1')}{7 - len(pieces)}" if pieces else "8"
    fen = f"k7/8/8/8/{row}/8/8/7K w - - 0 1"
    game, board = started_from(fen), chess.Board(fen)
    assert board.is_insufficient_material() == drawn
    assert compare_play(game, board, lambda board, legal: legal[0], max_actions=1).total() == drawn


# Positions and counts as published in the Chess Programming Wiki, "Perft Results".
PERFT = {
    "start": (chess.STARTING_FEN, (20, 400, 8902, 197281, 4865609)),
    "position 2, Kiwipete": (
        "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1",
        (48, 2039, 97862, 4085603),
    ),
    "position 3": (
        "8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - - 0 1",
        (14, 191, 2812, 43238, 674624),
    ),
    "position 4": (
        "r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq - 0 1",
        (6, 264, 9467, 422333),
    ),
    "position 4, mirrored": (
        "r2q1rk1/pP1p2pp/Q4n2/bbp1p3/Np6/1B3NBn/pPPP1PPP/R3K2R b KQ - 0 1",
        (6, 264, 9467, 422333),
    ),
    "position 5": (
        "rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ - 1 8",
        (44, 1486, 62379, 2103487),
    ),
    "position 6": (
        "r4rk1/1pp1qppp/p1np1n2/2b1p1B1/2B1P1b1/P1NP1N2/1PP1QPPP/R4RK1 w - - 0 10",
        (46, 2079, 89890, 3894594),
    ),
}


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        pytest.param(name, depth, marks=pytest.mark.slow if count > 50_000 else ())
        for name, (_, counts) in PERFT.items()
        for depth, count in enumerate(counts, 1)
    ],
)
def test_lines_of_play(name, depth):
    fen, counts = PERFT[name]
    game = started_from(fen)

    def count_lines(state, depth):
        legal = game.get_legal_actions(state)
        if depth == 1:
            return len(legal)
        return sum(count_lines(game.apply_action(state, action), depth - 1) for action in legal)

    assert count_lines(game.get_initial_state(), depth) == counts[depth - 1]


def test_the_actions_are_all_moves_of_a_queen_or_knight_and_all_promotions(compiled):
    expected = set()
    for square in chess.SQUARES:
        for piece in (chess.QUEEN, chess.KNIGHT):
            board = chess.BaseBoard.empty()
            board.set_piece_at(square, chess.Piece(piece, chess.WHITE))
            expected |= {chess.Move(square, target).uci() for target in board.attacks(square)}
    for rank, step in ((6, 8), (1, -8)):
        for file in range(8):
            square = chess.square(file, rank)
            for target in (square + step - 1, square + step, square + step + 1):
                if chess.square_distance(square, target) == 1:
                    move = chess.Move(square, target).uci()
                    expected |= {move + letter for letter in "qrbn"}
    assert len(expected) == 1968
    assert sorted(compiled("chess").get_all_actions()) == sorted(expected)
