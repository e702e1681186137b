# line: 0,0 ; 0,1 ; 1,0 ; 1,1 ; 2,0 => 1 -1
# line: 0,0 ; 1,0 ; 0,1 ; 1,1 ; 0,2 ; 1,2 => -1 1
# Hex on 3x3. RED (player 0) joins top and bottom, BLUE (player 1) joins left and right.
SIZE = 3

def get_initial_state() -> State:
    return {"board": [[None] * SIZE for _ in range(SIZE)], "player": 0}

def neighbours(r: int, c: int) -> Iterable[Tuple[int, int]]:
    steps: List[Tuple[int, int]] = [(-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0)]
    return [(r + a, c + b) for a, b in steps if 0 <= r + a < SIZE and 0 <= c + b < SIZE]

def connected(board: List[List[Optional[int]]], player: int) -> bool:
    start: List[Tuple[int, int]]
    if player == 0:
        start = [(0, c) for c in range(SIZE) if board[0][c] == 0]
    else:
        start = [(r, 0) for r in range(SIZE) if board[r][0] == 1]
    queue = deque(start)
    seen: Set[Tuple[int, int]] = set(start)
    while queue:
        r, c = queue.popleft()
        if (r if player == 0 else c) == SIZE - 1:
            return True
        for n in neighbours(r, c):
            if n not in seen and board[n[0]][n[1]] == player:
                seen.add(n)
                queue.append(n)
    return False

def winner(state: State) -> Optional[Player]:
    for player in range(2):
        if connected(state["board"], player):
            return player
    return None

def get_current_player(state: State) -> int:
    return -4 if winner(state) is not None else state["player"]

def get_legal_actions(state: State) -> List[Action]:
    if winner(state) is not None:
        return []
    return [f"{r},{c}" for r, c in itertools.product(range(SIZE), range(SIZE)) if state["board"][r][c] is None]

def apply_action(state: State, action: Action) -> State:
    new: State = copy.deepcopy(state)
    r, c = [int(v) for v in action.split(",")]
    new["board"][r][c] = new["player"]
    new["player"] = 1 - new["player"]
    return new

def get_rewards(state: State) -> List[float]:
    w = winner(state)
    if w is None:
        return [0.0, 0.0]
    return [1.0, -1.0] if w == 0 else [-1.0, 1.0]

def get_observations(state: State) -> List[PlayerObservation]:
    return [copy.deepcopy(state["board"]) for _ in range(2)]

def get_player_name(player_id: int) -> str:
    return "RED" if player_id == 0 else "BLUE"
