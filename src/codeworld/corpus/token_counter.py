"""Counts tokens as a language model does."""

from __future__ import annotations

from typing import Any

from codeworld.errors import BackendError, MissingDependencyError
from codeworld.generate.model_store import ModelStore
from codeworld.generate.models import MODELS, find_model
from codeworld.generate.transformers_model import pretrained_location


class TokenCounter:
    """Counts the tokens of texts.

    Attributes:
        name: of the model whose tokenizer it is.
    """

    def __init__(self, name: str) -> None:
        """Load a tokenizer, and nothing else of the model.

        Args:
            name: a model of the store, which is pulled if it is not here; the path of a GGUF file
                or of a transformers model; or a model's name on the hub of transformers.

        Raises:
            MissingDependencyError: if transformers is not installed.
            BackendError: if there is no such tokenizer.
        """
        try:
            import transformers
        except ModuleNotFoundError as error:
            raise MissingDependencyError(
                'tokens are counted by transformers; run `pip install "codeworld[corpus]"`'
            ) from error
        self.name = name
        known = name in {model.name for model in MODELS}
        where = pretrained_location(str(ModelStore().pull(find_model(name))) if known else name)
        try:
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(**where)
        except (OSError, ValueError, KeyError) as error:
            raise BackendError(f"transformers has no tokenizer of {name}: {error}") from error

    def count(self, text: str) -> int:
        """Return how many tokens a text has, without those that begin or end a prompt."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))
