"""The `codeworld` command."""

from codeworld.cli.app import app

__all__ = ["app"]
