"""(metering)"""

import ast


def meter(tree: ast.Module) -> ast.Module:
    """Put ticks in."""
    return tree
