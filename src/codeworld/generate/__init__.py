"""Generation: rules in plain words in, a game program out."""

from codeworld.generate.backend import Backend, Completion, CompletionRequest, Message
from codeworld.generate.open_backend import open_backend

__all__ = [
    "Backend",
    "Completion",
    "CompletionRequest",
    "Message",
    "open_backend",
]
