"""The pages of the STAND-IN on which users sign up, sign in and verify their e-mail.

The authorization request travels in their query, and each checks it anew, so that no
page goes stale.
"""

from collections import defaultdict
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from sandbox.auth0.errors import ApiError
from sandbox.auth0.oidc.authorization import AuthorizationRequest, read_request
from sandbox.auth0.oidc.forms import (
    FormError,
    SignIn,
    SignUp,
    Verification,
    fields_of,
    parsed,
)
from sandbox.auth0.oidc.handlers import provider_of
from sandbox.auth0.oidc.provider import Provider
from sandbox.auth0.oidc.replies import FOLDER, page, redirect
from sandbox.auth0.users import User

LOGIN = "login.html", "Log in"
SIGNUP = "signup.html", "Sign up"
VERIFICATION = "verification.html", "Verify an e-mail address"


async def show_login(request: Request) -> Response:
    asked_for(request)
    return form_page(request, LOGIN)


async def sign_in(request: Request) -> Response:
    asked, fields = asked_for(request), await fields_of(request)
    provider = provider_of(request)
    try:
        user = known_user(provider, parsed(SignIn, fields))
    except FormError as error:
        return form_page(request, LOGIN, fields, error)
    return redirect(request, await provider.log_in(asked, user))


async def show_signup(request: Request) -> Response:
    asked_for(request)
    return form_page(request, SIGNUP)


async def sign_up(request: Request) -> Response:
    """Add a user and log them in at once."""
    asked, fields = asked_for(request), await fields_of(request)
    provider = provider_of(request)
    try:
        user = added_user(provider, parsed(SignUp, fields))
    except FormError as error:
        return form_page(request, SIGNUP, fields, error)
    return redirect(request, await provider.log_in(asked, user))


async def show_verification(request: Request) -> Response:
    return form_page(request, VERIFICATION, verified=None)


async def verify_email(request: Request) -> Response:
    """Stand in for the link in the e-mail that Auth0 sends at a sign-up."""
    fields = await fields_of(request)
    try:
        email = verified_email(provider_of(request), parsed(Verification, fields))
    except FormError as error:
        return form_page(request, VERIFICATION, fields, error, verified=None)
    return form_page(request, VERIFICATION, verified=email)


async def show_style(_request: Request) -> Response:
    return FileResponse(FOLDER / "style.css", headers={"cache-control": "no-cache"})


def asked_for(request: Request) -> AuthorizationRequest:
    applications = provider_of(request).applications
    return read_request(request.query_params.multi_items(), applications)


def known_user(provider: Provider, form: SignIn) -> User:
    """Find the user; a refusal does not tell whether the address is known."""
    user = provider.user_with(form.email, form.password)
    if user is None:
        msg = "Wrong e-mail address or password."
        raise FormError(msg, "email", "password")
    return user


def added_user(provider: Provider, form: SignUp) -> User:
    try:
        return provider.sign_up(
            form.name, form.email, form.password, email_verified=form.email_verified
        )
    except ApiError as taken:
        raise FormError(taken.message, "email") from taken


def verified_email(provider: Provider, form: Verification) -> str:
    if not provider.verify_email(form.email):
        msg = "Nobody has this e-mail address."
        raise FormError(msg, "email")
    return form.email


def form_page(
    request: Request,
    form: tuple[str, str],
    fields: dict[str, str] | None = None,
    error: FormError | None = None,
    **more: Any,
) -> Response:
    """Show a form, filled in as it was sent but for the password."""
    name, title = form
    return page(
        name,
        HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
        title=title,
        query=request.url.query,
        fields=defaultdict(str, fields or {}),
        error=error,
        wrong=() if error is None else error.fields,
        **more,
    )
