"""Generation: rules in plain words in, a game program out."""

from codeworld.generate.backend import Backend, Completion, CompletionRequest, Message
from codeworld.generate.candidate import Candidate
from codeworld.generate.generation import Generation, generate, make_env, make_from_rules
from codeworld.generate.open_backend import open_backend
from codeworld.generate.options import GenerationOptions

__all__ = [
    "Backend",
    "Candidate",
    "Completion",
    "CompletionRequest",
    "Generation",
    "GenerationOptions",
    "Message",
    "generate",
    "make_env",
    "make_from_rules",
    "open_backend",
]
