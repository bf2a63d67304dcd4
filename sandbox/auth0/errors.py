"""Refusals of the STAND-IN, with the statuses, codes and texts of the API."""

from http import HTTPStatus
from typing import Any


class ApiError(Exception):
    """A refusal of the Management API: ``{statusCode, error, message, ...}``."""

    def __init__(
        self, status: HTTPStatus, message: str, code: str | None = None, **more: object
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.more = more

    @property
    def body(self) -> dict[str, Any]:
        """Shape: recording "not found"; errorCode: recording "force delete, scope"."""
        body: dict[str, Any] = {
            "statusCode": self.status.value,
            "error": self.status.phrase,
            "message": self.message,
            **self.more,
        }
        return body if self.code is None else {**body, "errorCode": self.code}


class TokenError(Exception):
    """A refusal of /oauth/token: ``{error, error_description}``."""

    def __init__(self, status: HTTPStatus, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


def bad_request(message: str, code: str | None = None) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, message, code)


def invalid_body(fault: str) -> ApiError:
    """Shape: issue threads (not recorded)."""
    return bad_request(f"Payload validation error: {fault}.", "invalid_body")


def invalid_query(fault: str) -> ApiError:
    """Shape: issue threads (not recorded)."""
    return bad_request(f"Query validation error: {fault}.", "invalid_query_string")


def not_found(message: str = "Not Found", code: str | None = None) -> ApiError:
    return ApiError(HTTPStatus.NOT_FOUND, message, code)


def conflict(message: str, code: str | None = None) -> ApiError:
    return ApiError(HTTPStatus.CONFLICT, message, code)


def no_such_action() -> ApiError:
    """Recording "not found"."""
    return not_found("That action does not exist.")
