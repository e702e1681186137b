"""Generation: rules in plain words in, a game program out."""

from codeworld.generate.backend import Backend, Completion, CompletionRequest, Message

__all__ = [
    "Backend",
    "Completion",
    "CompletionRequest",
    "Message",
]
