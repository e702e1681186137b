"""Backgammon: race fifteen checkers home and off the board by the dice, and hit lone ones."""

START = ((24, 2), (13, 5), (8, 3), (6, 5))  # (point, checkers), the same for each player
NUM_POINTS = 24
HOME = 6  # the points up to this are a player's home board
SIDES = 6  # faces of each of the two dice
DOUBLED = 4  # how often the number of a double is played
BLOCK = 2  # checkers on a point that keep the other off it; fewer are hit
WIN, GAMMON, BACKGAMMON = 1.0, 2.0, 3.0  # the winner's gain

CHANCE = -1
TERMINAL = -4
NOBODY = -1  # has the turn before the opening roll
NUM_CHECKERS = sum(number for _, number in START)
FACES = tuple(range(1, SIDES + 1))
MARKS = ("x", "o")

# Each player has a list of 26 numbers of checkers. Its places are the points as that player counts
# them, from point 24, the farthest to go, to point 1; what one player calls point n is the other's
# point 25 - n. Checkers that are borne off are at place 0, those on the bar at place 25.
OFF = 0
BAR = NUM_POINTS + 1

PASS = "pass"
MOVES = tuple(
    tuple(f"move {'bar' if place == BAR else place} {die}" for die in (0, *FACES))
    for place in range(BAR + 1)
)  # MOVES[place][die]; place 0 and die 0 are not used
OPENINGS = tuple(f"open {one} {two}" for one in FACES for two in FACES if one != two)
ROLLS = tuple(f"roll {high} {low}" for high in FACES for low in FACES[:high])
ACTIONS = (*(MOVES[place][die] for place in range(BAR, OFF, -1) for die in FACES), PASS)


def get_initial_state() -> dict:
    checkers = [0] * (BAR + 1)
    for point, number in START:
        checkers[point] = number
    return {
        "checkers": [checkers, checkers],  # of each player, by place
        "dice": [],  # numbers that are still to be played
        "turn": NOBODY,
        "player": CHANCE,
        "legal": list(OPENINGS),
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    if state["player"] == CHANCE:
        return begin_turn(state, action)
    if action == PASS:
        return end_turn(state)
    turn, dice = state["turn"], state["dice"].copy()
    _, origin, number = action.split()
    place, die = BAR if origin == "bar" else int(origin), int(number)
    checkers = play(state["checkers"], turn, place, die)
    dice.remove(die)
    state = {**state, "checkers": checkers, "dice": dice}
    if checkers[turn][OFF] == NUM_CHECKERS:
        return finish(state)
    state["legal"] = find_legal(checkers, turn, dice)
    return state if state["legal"] else end_turn(state)


def begin_turn(state: dict, roll: str) -> dict:
    word, *numbers = roll.split()
    one, two = map(int, numbers)
    turn = 1 - state["turn"]
    if word == "open":  # each player has rolled one die
        turn = 0 if one > two else 1
    dice = [one] * DOUBLED if one == two else sorted((one, two), reverse=True)
    legal = find_legal(state["checkers"], turn, dice) or [PASS]
    return {**state, "dice": dice, "turn": turn, "player": turn, "legal": legal}


def end_turn(state: dict) -> dict:
    return {**state, "dice": [], "player": CHANCE, "legal": list(ROLLS)}


def play(checkers: list, turn: int, place: int, die: int) -> list:
    """Return the checkers of both players after the one at this place has moved by this die."""
    checkers = [one.copy() for one in checkers]
    own, other = checkers[turn], checkers[1 - turn]
    target = max(place - die, OFF)
    own[place] -= 1
    own[target] += 1
    if target != OFF:
        other[BAR] += other[BAR - target]  # a hit, if anyone is there
        other[BAR - target] = 0
    return checkers


def find_places(checkers: list, turn: int, die: int) -> list:
    """Return the places from which a checker can move by this die, the farthest first."""
    own, other = checkers[turn], checkers[1 - turn]
    if own[BAR]:
        return [BAR] if other[die] < BLOCK else []
    places = [
        place
        for place in range(NUM_POINTS, die, -1)
        if own[place] and other[BAR - place + die] < BLOCK
    ]
    farthest = next((place for place in range(NUM_POINTS, OFF, -1) if own[place]), OFF)
    if OFF < farthest <= HOME and (own[die] or farthest < die):
        places.append(min(die, farthest))
    return places


def find_legal(checkers: list, turn: int, dice: list) -> list:
    """Return the moves with which as many dice as possible can be played, or else the higher."""
    moves = [
        (place, die) for die in dict.fromkeys(dice) for place in find_places(checkers, turn, die)
    ]
    if len(set(dice)) == 2:  # equal dice need no look ahead: no move keeps another from its move
        both = [
            (place, die)
            for place, die in moves
            if find_places(play(checkers, turn, place, die), turn, sum(dice) - die)
        ]
        moves = both or [(place, die) for place, die in moves if die == moves[0][1]]
    return [MOVES[place][die] for place, die in moves]


def finish(state: dict) -> dict:
    winner = state["turn"]
    loser = state["checkers"][1 - winner]
    gain = WIN
    if loser[OFF] == 0:
        far_back = sum(loser[BAR - HOME :])  # on the bar, or in the winner's home board
        gain = BACKGAMMON if far_back else GAMMON
    returns = [-gain, -gain]
    returns[winner] = gain
    return {**state, "dice": [], "player": TERMINAL, "legal": [], "returns": returns}


def get_chance_outcomes(state: dict) -> list:
    legal = state["legal"]
    if state["turn"] == NOBODY:
        return [(outcome, 1 / len(legal)) for outcome in legal]
    ways = [1 if outcome[-1] == outcome[-3] else 2 for outcome in legal]
    return [(outcome, number / SIDES**2) for outcome, number in zip(legal, ways, strict=True)]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    checkers, dice, player = state["checkers"], state["dice"], state["player"]
    return [
        {
            "seat": seat,
            "own": checkers[seat],
            "other": checkers[1 - seat],
            "dice": dice,
            "to_move": player,
        }
        for seat in (0, 1)
    ]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    checkers, lines = state["checkers"], []
    for point in range(NUM_POINTS, 0, -1):
        row = MARKS[0] * checkers[0][point] + MARKS[1] * checkers[1][BAR - point]
        lines.append(f"{point:2} {BAR - point:2} {row}".rstrip())
    for mark, own in zip(MARKS, checkers, strict=True):
        lines.append(f"{mark}: {own[BAR]} on the bar, {own[OFF]} off")
    return "\n".join([*lines, f"dice {' '.join(map(str, state['dice'])) or 'none'}"])
