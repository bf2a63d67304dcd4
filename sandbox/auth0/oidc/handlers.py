"""The protocol's routes of the STAND-IN's login; the user's pages are elsewhere."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.auth0.oidc.authorization import (
    SCOPES,
    UnsafeRequestError,
    read_request,
    with_query,
)
from sandbox.auth0.oidc.provider import Provider
from sandbox.auth0.oidc.replies import page, redirect
from sandbox.auth0.oidc.signing import ALGORITHM


def provider_of(request: Request) -> Provider:
    provider: Provider = request.app.state.provider
    return provider


async def show_configuration(request: Request) -> Response:
    """OpenID Connect Discovery 1.0, 3; RP-Initiated Logout 1.0, 2.1."""
    issuer = provider_of(request).issuer
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}authorize",
            "token_endpoint": f"{issuer}oauth/token",
            "userinfo_endpoint": f"{issuer}userinfo",
            "jwks_uri": f"{issuer}.well-known/jwks.json",
            "end_session_endpoint": f"{issuer}oidc/logout",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": SCOPES,
            "prompt_values_supported": ["login", "none"],
            "request_uri_parameter_supported": False,
        }
    )


async def show_keys(request: Request) -> Response:
    return JSONResponse(provider_of(request).key.public_set())


async def authorize(request: Request) -> Response:
    """Check the request and send the user to a page, as Auth0 does."""
    query = request.query_params
    read_request(query.multi_items(), provider_of(request).applications)
    path = "/u/signup" if query.get("screen_hint") == "signup" else "/u/login"
    return redirect(request, f"{path}?{query}")


async def show_user(request: Request) -> Response:
    """OpenID Connect Core, 5.3; refusals: RFC 6750, 3."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        challenge = {"www-authenticate": "Bearer"}
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers=challenge)
    claims = provider_of(request).userinfo(token)
    if claims is None:
        challenge = {"www-authenticate": 'Bearer error="invalid_token"'}
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers=challenge)
    return JSONResponse(claims, headers={"cache-control": "no-store"})


async def log_out(request: Request) -> Response:
    """Send the user back, if the application may be sent to that address.

    RP-Initiated Logout 1.0. There is no session to end.
    """
    provider, query = provider_of(request), request.query_params
    client_id = query.get("client_id")
    if hint := query.get("id_token_hint"):
        audience = provider.key.audience_of(hint, provider.applications)
        if audience is None or client_id not in (None, audience):
            msg = "The id_token_hint is not a token of this application."
            raise UnsafeRequestError(msg)
        client_id = audience
    location = query.get("post_logout_redirect_uri")
    if location is None:
        return page("message.html", title="Logged out", text="You can close this page.")
    application = provider.applications.get(client_id or "")
    if application is None or location not in application.logout_urls:
        msg = "The post_logout_redirect_uri is not one of the application's."
        raise UnsafeRequestError(msg)
    return redirect(request, with_query(location, {"state": query.get("state")}))
