"""Pages, redirects and refusals of the STAND-IN's login."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.auth0.oidc.authorization import AuthorizationError, UnsafeRequestError

FOLDER = Path(__file__).parent / "pages"
TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
)
PAGE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}


def page(name: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:
    text = TEMPLATES.get_template(name).render(values)
    return HTMLResponse(text, status, PAGE_HEADERS)


def redirect(request: Request, location: str) -> Response:
    """Send the browser on; never with the form it has just posted (RFC 9700, 4.12)."""
    posted = request.method == "POST"
    status = HTTPStatus.SEE_OTHER if posted else HTTPStatus.FOUND
    return RedirectResponse(location, status, {"cache-control": "no-store"})


async def refuse(request: Request, error: Exception) -> Response:
    if isinstance(error, AuthorizationError):
        return redirect(request, error.location)
    text = str(error)
    return page(
        "message.html", HTTPStatus.BAD_REQUEST, title="This does not work", text=text
    )


EXCEPTION_HANDLERS: dict[Any, Any] = {
    AuthorizationError: refuse,
    UnsafeRequestError: refuse,
}
