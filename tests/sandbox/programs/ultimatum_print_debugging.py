# line: offer 3 ; accept => 7 3
# line: offer 0 ; reject => 0 0
DEBUG = True
TOTAL = 10


def log(*args, **kwargs):
    if DEBUG:
        print("[debug]", *args, sep=" | ", end="\n", flush=True, **kwargs)


def get_initial_state():
    log("new game")
    return {"offer": None, "answer": None}


def get_current_player(state):
    print(f"{state=}", f"{TOTAL!r:>5}")
    if state["offer"] is None:
        return 0
    return 1 if state["answer"] is None else -4


def get_legal_actions(state):
    p = get_current_player(state)
    acts = ["offer %d" % n for n in range(0, TOTAL + 1)] if p == 0 else ["accept", "reject"] if p == 1 else []
    print("legal:", acts)
    return acts


def apply_action(state, action):
    assert isinstance(action, str) and action in get_legal_actions(state), f"bad action {action!r}"
    log("apply", action)
    if action.startswith("offer"):
        return {"offer": int(action.split()[-1]), "answer": None}
    return {"offer": state["offer"], "answer": action}


def get_rewards(state):
    if state["answer"] == "accept":
        return [float(TOTAL - state["offer"]), float(state["offer"])]
    return [0.0, 0.0]


def get_observations(state):
    return [{"offer": state["offer"], "answer": state["answer"]} for player in range(2)]


def get_player_name(player_id):
    return "proposer" if player_id == 0 else "responder"


if __name__ == "__main__":
    import argparse
    import sys

    parser = argparse.ArgumentParser()
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    DEBUG = not options.quiet
    state = get_initial_state()
    while get_current_player(state) != -4:
        print(get_legal_actions(state))
        choice = input("your move> ")
        if choice == "quit":
            sys.exit(0)
        with open("log.txt", "a") as f:
            f.write(choice)
        state = apply_action(state, choice)
