# line: put 0 ; put 1 ; put 4 ; put 2 ; put 5 ; put 8 ; move 0 3 => 1 -1
# Three men's morris: place three stones each, then slide to a neighbour. 30 turns at most: a draw.
# (indented with tabs)
ADJACENT = {
	0: [1, 3, 4], 1: [0, 2, 4], 2: [1, 4, 5],
	3: [0, 4, 6], 4: [0, 1, 2, 3, 5, 6, 7, 8], 5: [2, 4, 8],
	6: [3, 4, 7], 7: [4, 6, 8], 8: [4, 5, 7],
}
MILLS = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]]
MAX_TURNS = 30


def get_initial_state():
	return {"cells": [0] * 9, "ply": 0}


def mill(cells):
	for line in MILLS:
		total = 0
		for i in line:
			total += cells[i]
		if abs(total) == 3:
			return total // 3
	return 0


def moves(state):
	me = 1 if state["ply"] % 2 == 0 else -1
	if state["ply"] < 6:
		return ["put " + str(i) for i in range(9) if not state["cells"][i]]
	slides = []
	for start in ADJACENT:
		if state["cells"][start] == me:
			for end in ADJACENT[start]:
				if state["cells"][end] == 0:
					slides.append("move " + str(start) + " " + str(end))
	return slides or ["pass"]


def get_current_player(state):
	if mill(state["cells"]) or state["ply"] >= MAX_TURNS:
		return -4
	return state["ply"] % 2


def get_legal_actions(state):
	return moves(state) if get_current_player(state) != -4 else []


def apply_action(state, action):
	cells = list(state["cells"])
	me = (1, -1)[state["ply"] % 2]
	word, *squares = action.split()
	if word == "put":
		cells[int(squares[0])] = me
	elif word == "move":
		start, end = map(int, squares)
		cells[start], cells[end] = 0, me
	return {"cells": cells, "ply": state["ply"] + 1}


def get_rewards(state):
	sign = mill(state["cells"])
	return [float(sign), float(-sign)]


def get_observations(state):
	return [{"cells": state["cells"], "ply": state["ply"]} for _ in range(2)]


def get_player_name(player_id):
	return ("White", "Black")[player_id]
