# line: 1 1 6 ; keep 001 ; 6 6 ; score => 18
# line: 1 2 3 ; score => 3
"""Three dice with faces 1, 2, 3 and 6, one reroll of any of them. A triple scores its sum,
three different faces score their highest, all else scores nothing."""
from itertools import product, combinations_with_replacement as cwr
from collections import Counter

FACES = [1, 2, 3, 6]
KEEPS = ["".join(bits) for bits in product("01", repeat=3) if "0" in bits]


def rolls(n):
    """All sorted rolls of n dice with their probabilities."""
    counts = Counter(tuple(sorted(roll)) for roll in product(FACES, repeat=n))
    return {" ".join(str(f) for f in roll): count / len(FACES) ** n for roll, count in counts.items()}


def get_initial_state():
    return {"dice": [], "kept": [], "rerolled": False, "done": False}


def get_current_player(state):
    if state["done"]:
        return -4
    return -1 if len(state["dice"]) < 3 else 0


def get_legal_actions(state):
    player = get_current_player(state)
    return (
        [] if player == -4
        else list(rolls(3 - len(state["kept"]))) if player == -1
        else ["score"] + ([f"keep {k}" for k in KEEPS] if not state["rerolled"] else [])
    )


def get_chance_outcomes(state):
    return [*rolls(3 - len(state["kept"])).items()]


def apply_action(state, action):
    if get_current_player(state) == -1:
        return {**state, "dice": sorted(state["kept"] + [int(f) for f in action.split()])}
    if action == "score":
        return {**state, "done": True}
    bits = action.split()[1]
    kept = [die for die, bit in zip(state["dice"], bits) if bit == "1"]
    return {**state, "dice": [], "kept": kept, "rerolled": True}


def points(dice):
    kinds = {face: dice.count(face) for face in {*dice}}
    grid = [[a == b for b in dice] for a in dice]
    if all(cell for row in grid for cell in row):
        return sum(dice)
    return max(kinds) if len(kinds) == 3 else 0


assert len(list(cwr(FACES, 3))) == len(rolls(3))


def get_rewards(state):
    return [float(points(state["dice"])) if state["done"] else 0.0]


def get_observations(state):
    return [{"dice": state["dice"], "again": not state["rerolled"]}]
