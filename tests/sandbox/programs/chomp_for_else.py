# line: 1,1 ; 0,1 ; 1,0 ; 0,0 => 1 -1
# Chomp on a 3x4 bar. Eat a square and everything below and to the right of it.
# Whoever eats the poisoned square (0,0) loses.
ROWS = 3
COLS = 4


def get_initial_state():
    return {'rows': [COLS for _ in range(ROWS)], 'player': 0}


def get_current_player(state):
    for length in state['rows']:
        if length > 0:
            break
    else:
        return -4
    return state['player']


def get_legal_actions(state):
    def squares():
        for r, length in enumerate(state['rows']):
            for c in range(length):
                yield r, c
    return ['%d,%d' % square for square in squares()]


def apply_action(state, action):
    row, col = [int(x) for x in action.split(',')]
    rows = []
    for r, length in enumerate(state['rows']):
        if r < row:
            rows.append(length)
            continue
        rows.append(min(length, col))
    new_state = state.copy()
    new_state.update(rows=rows, player=1 - state['player'])
    return new_state


def get_rewards(state):
    r = 0
    while r < len(state['rows']):
        if state['rows'][r]:
            return [0.0, 0.0]
        r += 1
    else:
        # the previous player ate the poison, so the player to move has won
        return [1.0, -1.0] if state['player'] == 0 else [-1.0, 1.0]


def get_observations(state):
    picture = [[c < length for c in range(COLS)] for length in state['rows']]
    return [picture, picture]


def get_player_name(player_id):
    return 'Player ' + chr(ord('A') + player_id)
