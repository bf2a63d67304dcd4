"""The pages of the STAND-IN on which a user signs up, signs in and verifies her e-mail.

They look like nothing of Auth0's. The authorization request travels in their query and
is checked anew by each, so that no page goes stale.
"""

from collections import defaultdict
from http import HTTPStatus
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from sandbox.auth0.errors import ApiError
from sandbox.auth0.oidc.authorization import AuthorizationRequest, read_request
from sandbox.auth0.oidc.handlers import provider_of
from sandbox.auth0.oidc.replies import FOLDER, page, redirect

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)
]
Email = Annotated[Text, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class SignIn(BaseModel):
    email: Text
    password: Password


class SignUp(BaseModel):
    name: Text
    email: Email
    password: Password
    email_verified: bool = False


class Verification(BaseModel):
    email: Text


Form = TypeVar("Form", bound=BaseModel)


async def show_login(request: Request) -> Response:
    wanted(request)
    return login_page(request, {})


async def sign_in(request: Request) -> Response:
    """The refusal does not tell which of the two is wrong."""
    asked, fields = wanted(request), await fields_of(request)
    form = parsed(SignIn, fields)
    provider = provider_of(request)
    user = provider.user_with(form.email, form.password) if form else None
    if user is None:
        return login_page(request, fields, "Wrong e-mail address or password.")
    return redirect(request, await provider.log_in(asked, user))


async def show_signup(request: Request) -> Response:
    wanted(request)
    return signup_page(request, {})


async def sign_up(request: Request) -> Response:
    """Add a user and log her in at once."""
    asked, fields = wanted(request), await fields_of(request)
    form = parsed(SignUp, fields)
    if form is None:
        fault = "Fill in name, e-mail address and password."
        return signup_page(request, fields, fault)
    try:
        user = provider_of(request).sign_up(
            form.name, form.email, form.password, email_verified=form.email_verified
        )
    except ApiError as taken:
        return signup_page(request, fields, taken.message)
    return redirect(request, await provider_of(request).log_in(asked, user))


async def show_verification(request: Request) -> Response:
    return verification_page(request, {})


async def verify_email(request: Request) -> Response:
    """Stand in for the link in the e-mail that Auth0 sends at a sign-up."""
    fields = await fields_of(request)
    form = parsed(Verification, fields)
    if form is None or not provider_of(request).verify_email(form.email):
        return verification_page(request, fields, "Nobody has this e-mail address.")
    return verification_page(request, {}, verified=form.email)


def login_page(
    request: Request, fields: dict[str, str], error: str | None = None
) -> Response:
    return form_page(request, "login.html", "Log in", fields, error)


def signup_page(
    request: Request, fields: dict[str, str], error: str | None = None
) -> Response:
    return form_page(request, "signup.html", "Sign up", fields, error)


def verification_page(
    request: Request,
    fields: dict[str, str],
    error: str | None = None,
    verified: str | None = None,
) -> Response:
    title = "Verify an e-mail address"
    more = {"verified": verified}
    return form_page(request, "verification.html", title, fields, error, **more)


def form_page(
    request: Request,
    name: str,
    title: str,
    fields: dict[str, str],
    error: str | None,
    **more: Any,
) -> Response:
    """Show a form, filled in as it was sent but for the password."""
    return page(
        name,
        HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
        title=title,
        query=request.url.query,
        fields=defaultdict(str, fields),
        error=error,
        **more,
    )


async def show_style(_request: Request) -> Response:
    return FileResponse(FOLDER / "style.css", headers={"cache-control": "no-cache"})


def wanted(request: Request) -> AuthorizationRequest:
    applications = provider_of(request).applications
    return read_request(request.query_params.multi_items(), applications)


async def fields_of(request: Request) -> dict[str, str]:
    text = (await request.body()).decode(errors="replace")
    return dict(parse_qsl(text))


def parsed(model: type[Form], fields: dict[str, str]) -> Form | None:
    try:
        return model.model_validate(fields)
    except ValidationError:
        return None
