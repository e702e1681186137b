"""Gardner's chess on a small board: pawns with a double step, no castling."""

START = "rnbqk/ppppp/5/PPPPP/RNBQK w - - 0 1"  # the first position, as a FEN
PROMOTIONS = "qrbn"  # what a pawn may become
QUIET_LIMIT = 100  # actions in a row without a capture or a pawn's move that make a draw
REPETITION_LIMIT = 3  # times that a position must be on the board to make a draw
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

COLOURS = ("white", "black")  # of player 0 and of player 1
PIECES = ("PNBRQK", "pnbrqk")  # pawn, knight, bishop, rook, queen, king of each player
EMPTY = "."
NOWHERE = -1
TERMINAL = -4

# Squares are numbered along the ranks, 0 for a5 at the top left, 24 for e1 at the bottom right.
SIZE = 5
SQUARES = tuple(file + rank for rank in "54321" for file in "abcde")
CELLS = tuple((row, column) for row in range(SIZE) for column in range(SIZE))
STRAIGHT = ((-1, 0), (0, -1), (0, 1), (1, 0))
DIAGONAL = ((-1, -1), (-1, 1), (1, -1), (1, 1))
JUMPS = ((-2, -1), (-2, 1), (-1, -2), (-1, 2), (1, -2), (1, 2), (2, -1), (2, 1))
STRAIGHT_ON, ASIDE = (0,), (-1, 1)  # how the column changes when a pawn advances or captures
FORWARD = (-1, 1)  # how the row number changes when a pawn of each player goes on
PAWN_ROWS = (3, 1)  # where a pawn may go two squares


def find_ray(square: int, down: int, right: int, reach: int) -> list:
    """Return the squares from one square in one direction, nearest first."""
    row, column = CELLS[square]
    ray = [(row + far * down, column + far * right) for far in range(1, reach + 1)]
    return [CELLS.index(cell) for cell in ray if cell in CELLS]


def find_moves(square: int, targets: list, promotes: bool) -> tuple:
    """Return moves to the targets: (square, target, action), four for each if a pawn promotes."""
    return tuple(
        (square, target, SQUARES[square] + SQUARES[target] + letter)
        for target in targets
        for letter in (PROMOTIONS if promotes else ("",))
    )


def find_piece_moves(directions: tuple, reach: int) -> tuple:
    """Return, for each square, what a piece can do there: a tuple of moves for each direction."""
    return tuple(
        tuple(
            find_moves(square, find_ray(square, down, right, reach), False)
            for down, right in directions
        )
        for square in range(len(SQUARES))
    )


def find_pawn_moves(player: int, sides: tuple) -> tuple:
    """Return, for each square, a pawn's moves: straight on, or the captures to both sides."""
    down, moves = FORWARD[player], []
    for square, (row, _) in enumerate(CELLS):
        reach = 2 if sides == STRAIGHT_ON and row == PAWN_ROWS[player] else 1
        targets = [target for side in sides for target in find_ray(square, down, side, reach)]
        moves.append(find_moves(square, targets, row + down in (0, SIZE - 1)))
    return tuple(moves)


def find_threats(player: int, square: int) -> tuple:
    """Return the lines to a square, nearest first: (square, the other's pieces that attack it)."""
    pawn, knight, bishop, rook, queen, king = PIECES[1 - player]
    lines = [((target, knight),) for jump in JUMPS for target in find_ray(square, *jump, 1)]
    for down, right in STRAIGHT + DIAGONAL:
        far = queen + (bishop if down and right else rook)
        near = far + king + (pawn if right and down == FORWARD[player] else "")
        line = enumerate(find_ray(square, down, right, SIZE - 1))
        lines.append(tuple((target, far if number else near) for number, target in line))
    return tuple(lines)


# What each piece does from each square, in the order of PIECES; a pawn has tables of its own.
MOVES = (
    (),
    find_piece_moves(JUMPS, 1),
    find_piece_moves(DIAGONAL, SIZE - 1),
    find_piece_moves(STRAIGHT, SIZE - 1),
    find_piece_moves(STRAIGHT + DIAGONAL, SIZE - 1),
    find_piece_moves(STRAIGHT + DIAGONAL, 1),
)
ADVANCES = tuple(find_pawn_moves(player, STRAIGHT_ON) for player in (0, 1))
CAPTURES = tuple(find_pawn_moves(player, ASIDE) for player in (0, 1))
THREATS = tuple(
    tuple(find_threats(player, square) for square in range(len(SQUARES))) for player in (0, 1)
)
ACTIONS = tuple(
    move[-1]
    for square in range(len(SQUARES))
    for moves in (*MOVES[4][square], *MOVES[1][square])
    for move in moves
) + tuple(
    move[-1]
    for table in ADVANCES + CAPTURES
    for moves in table
    for move in moves
    if len(move[-1]) == 5
)


def is_attacked(board: str, player: int, square: int) -> bool:
    """Return whether the other player's pieces attack a square."""
    for line in THREATS[player][square]:
        for place, attackers in line:
            piece = board[place]
            if piece != EMPTY:
                if piece in attackers:
                    return True
                break
    return False


def find_pinned(board: str, player: int, king: int) -> list:
    """Return where pieces stand that shield the king; the king's square if it is in check."""
    mine, pinned = PIECES[player], []
    for line in THREATS[player][king]:
        shield = king
        for place, attackers in line:
            piece = board[place]
            if piece in attackers:
                pinned.append(shield)
                break
            if piece in mine and shield == king:
                shield = place
            elif piece != EMPTY:
                break
    return pinned


def move_piece(board: str, square: int, target: int) -> list:
    """Return the board after a move, en passant included; a pawn stays a pawn."""
    after = list(board)
    piece, after[square] = board[square], EMPTY
    if piece in "Pp" and (target - square) % SIZE and board[target] == EMPTY:  # en passant
        after[square - square % SIZE + target % SIZE] = EMPTY
    after[target] = piece
    return after


def find_pseudo_legal(board: str, player: int, en_passant: int) -> list:
    """Return the moves of all pieces, whether or not they leave the king in check."""
    mine, others, moves = PIECES[player], PIECES[1 - player], []
    pawn = mine[0]
    for square, piece in enumerate(board):
        if piece == pawn:
            for move in ADVANCES[player][square]:
                if board[move[1]] != EMPTY:
                    break
                moves.append(move)
            for move in CAPTURES[player][square]:
                if board[move[1]] in others or move[1] == en_passant:
                    moves.append(move)
        elif piece in mine:
            for line in MOVES[mine.index(piece)][square]:
                for move in line:
                    other = board[move[1]]
                    if other in mine:
                        break
                    moves.append(move)
                    if other != EMPTY:
                        break
    return moves


def find_legal(board: str, player: int, en_passant: int) -> list:
    """Return the legal moves: (square, target, action)."""
    king = board.index(PIECES[player][-1])
    pinned = find_pinned(board, player, king)
    is_check = king in pinned
    legal = []
    for move in find_pseudo_legal(board, player, en_passant):
        square, target, _ = move
        # Only these moves can leave the king attacked, so only they are tried.
        if is_check or square == king or square in pinned or target == en_passant:
            after = move_piece(board, square, target)
            if is_attacked(after, player, target if square == king else king):
                continue
        legal.append(move)
    return legal


def is_insufficient(board: str) -> bool:
    """Return whether too few pieces are left for any checkmate."""
    if any(piece in board for piece in "PpRrQq"):
        return False
    knights = board.count("N") + board.count("n")
    shades = [sum(CELLS[square]) % 2 for square, piece in enumerate(board) if piece in "Bb"]
    return knights + len(shades) <= 1 or (knights == 0 and len(set(shades)) == 1)


def enter(board: str, player: int, en_passant: int, quiet: int, history: list) -> dict:
    """Return the state in which a player is to move, or in which the game has just ended."""
    legal = find_legal(board, player, en_passant)
    # The square counts only if a pawn can legally capture there.
    if not any(target == en_passant and board[square] in "Pp" for square, target, _ in legal):
        en_passant = NOWHERE
    position = f"{board} {COLOURS[player]} {en_passant}"
    history = [*history, position]
    returns, is_over = [DRAW, DRAW], True
    if not legal:
        if is_attacked(board, player, board.index(PIECES[player][-1])):
            returns[player], returns[1 - player] = LOSS, WIN
    elif quiet < QUIET_LIMIT and history.count(position) < REPETITION_LIMIT:
        is_over = is_insufficient(board)
    return {
        "board": board,
        "en_passant": en_passant,  # the square that a pawn has just passed over
        "quiet": quiet,  # actions since the last capture or move of a pawn
        "history": history,  # positions since then, the present one included
        "player": TERMINAL if is_over else player,
        "legal": [] if is_over else [action for _, _, action in legal],
        "returns": returns,
    }


def get_initial_state() -> dict:
    rows, colour, _, en_passant, quiet, _ = START.split()
    board = "".join(EMPTY * int(mark) if mark.isdigit() else mark for mark in rows.replace("/", ""))
    passed = NOWHERE if en_passant == "-" else SQUARES.index(en_passant)
    return enter(board, "wb".index(colour), passed, int(quiet), [])


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player, board = state["player"], state["board"]
    square, target = SQUARES.index(action[:2]), SQUARES.index(action[2:4])
    after = move_piece(board, square, target)
    if len(action) == 5:
        after[target] = PIECES[player]["pnbrq".index(action[4])]
    is_pawn = board[square] in "Pp"
    en_passant = (square + target) // 2 if is_pawn and abs(target - square) == 2 * SIZE else NOWHERE
    if is_pawn or board[target] != EMPTY:
        quiet, history = 0, []
    else:
        quiet, history = state["quiet"] + 1, state["history"]
    return enter("".join(after), 1 - player, en_passant, quiet, history)


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    player, en_passant = state["player"], state["en_passant"]
    table = {
        "board": list(state["board"]),
        "en_passant": "none" if en_passant == NOWHERE else SQUARES[en_passant],
        "quiet": state["quiet"],
        "times": state["history"].count(state["history"][-1]),
        "to_move": "none" if player == TERMINAL else COLOURS[player],
    }
    return [{"colour": colour, **table} for colour in COLOURS]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return COLOURS[player_id]


def render(state: dict) -> str:
    board = state["board"]
    rows = [f"{SIZE - row} {' '.join(board[row * SIZE : (row + 1) * SIZE])}" for row in range(SIZE)]
    return "\n".join([*rows, "  a b c d e"])
