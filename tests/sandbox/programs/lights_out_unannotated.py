# line: 0 ; 1 ; 2 ; 3 => 1
# line: 0 ; 0 ; 0 ; 0 ; 0 ; 0 => -1
# Lights out on 2x2, press a light to toggle it and its neighbours; all start on; 6 presses.
START = [True, True, True, True]
PRESSES = 6
NEIGHBOURS = dict(zip(range(4), [(0, 1, 2), (1, 0, 3), (2, 0, 3), (3, 1, 2)]))
def get_initial_state(lights=START, left=PRESSES): return {'lights': lights.copy(), 'left': left}
def get_current_player(s): return 0 if any(s['lights']) and s['left'] > 0 else -4
def get_legal_actions(s): return [str(i) for i in sorted(NEIGHBOURS)] if get_current_player(s) == 0 else []
def apply_action(s, a, table=NEIGHBOURS):
    lights = list(s['lights'])
    for i in table[int(a)]: lights[i] = not lights[i]
    return {'lights': lights, 'left': s['left'] - 1}
def get_rewards(s):
    if not any(s['lights']): return [1]
    return [-1] if not s['left'] else [0]
def get_observations(s): return [tuple(s['lights'])]
def get_player_name(p): return 'electrician'
