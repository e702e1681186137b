"""Which functions of a program can come back to themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def order_calls(calls: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the strongly connected parts of a call graph, callees first.

    Args:
        calls: for each function, the functions it calls; all of them are keys.

    Returns:
        Tarjan's components: functions in one of several members call each other in circles.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    components: list[tuple[str, ...]] = []
    for root in calls:
        if root in index:
            continue
        work = [(root, iter(calls[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while work:
            function, callees = work[-1]
            for callee in callees:
                if callee not in index:
                    index[callee] = low[callee] = len(index)
                    path.append(callee)
                    on_path.add(callee)
                    work.append((callee, iter(calls[callee])))
                    break
                if callee in on_path:
                    low[function] = min(low[function], index[callee])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[function])
                if low[function] == index[function]:
                    start = path.index(function)
                    components.append(tuple(path[start:]))
                    on_path.difference_update(path[start:])
                    del path[start:]
    return components
