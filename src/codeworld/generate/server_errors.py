"""Turns the failures of a model server into errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from codeworld.errors import (
    ApiKeyError,
    BackendError,
    ContextOverflowError,
    ServerUnreachableError,
)

if TYPE_CHECKING:
    import openai


@contextmanager
def server_errors(url: str, model: str) -> Iterator[None]:
    """Raise what the openai client and the network raise inside as errors of codeworld.

    Args:
        url: the server's address.
        model: the model's name on the server.
    """
    import httpx2
    import openai

    try:
        yield
    except (openai.APITimeoutError, httpx2.TimeoutException) as error:
        raise ServerUnreachableError(
            f"the model server at {url} accepted no connection, or said nothing for too long; "
            "look whether it runs and how busy it is"
        ) from error
    except openai.APIConnectionError as error:
        if not isinstance(error.__cause__, httpx2.ConnectError):
            raise broken_off(url, str(error.__cause__ or error)) from error
        raise ServerUnreachableError(
            f"no model server answers at {url}: {error.__cause__}; start it, or give its "
            "address as base_url or OPENAI_BASE_URL"
        ) from error
    except httpx2.TransportError as error:
        raise broken_off(url, str(error)) from error
    except openai.APIError as error:
        raise _refusal(error, url, model) from error
    except (ValueError, AttributeError, TypeError) as error:
        raise BackendError(f"{url} does not speak OpenAI's protocol: {error}") from error


def broken_off(url: str, reason: str) -> ServerUnreachableError:
    """Return the error for an answer that has no end."""
    return ServerUnreachableError(
        f"the model server at {url} broke off in the middle of an answer: {reason}; look at its "
        "log, it may have run out of memory"
    )


def _refusal(error: openai.APIError, url: str, model: str) -> BackendError:
    """Return the error that an answer other than a completion means."""
    import openai

    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return ApiKeyError(
            f"{url} refuses the key: {error.message}; set OPENAI_API_KEY to a valid one"
        )
    if isinstance(error, openai.NotFoundError):
        return BackendError(
            f"{url} knows no model {model!r}, or no such address (it mostly ends in /v1): "
            f"{error.message}"
        )
    if isinstance(error, openai.RateLimitError):
        return BackendError(
            f"{url} takes no more requests at the moment, or the account has no credit: "
            f"{error.message}"
        )
    if "context" in f"{error.code} {error.type} {error.message}".lower():
        return ContextOverflowError(
            f"the prompt does not fit into the model's context: {error.message}; shorten it, or "
            "start the server with a longer context"
        )
    return BackendError(f"{url} refuses the request: {error.message}")
