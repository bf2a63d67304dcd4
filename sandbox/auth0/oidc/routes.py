"""The routes of the STAND-IN's login; the paths are Auth0's where it has such."""

from starlette.routing import Route

from sandbox.auth0.handlers_tokens import issue_token
from sandbox.auth0.oidc import handlers, handlers_login

LOGIN = "/u/login"
SIGNUP = "/u/signup"
VERIFICATION = "/u/email-verification"

ROUTES = [
    Route("/.well-known/openid-configuration", handlers.show_configuration),
    Route("/.well-known/jwks.json", handlers.show_keys),
    Route("/authorize", handlers.authorize),
    Route(LOGIN, handlers_login.show_login, methods=["GET"]),
    Route(LOGIN, handlers_login.sign_in, methods=["POST"]),
    Route(SIGNUP, handlers_login.show_signup, methods=["GET"]),
    Route(SIGNUP, handlers_login.sign_up, methods=["POST"]),
    Route(VERIFICATION, handlers_login.show_verification, methods=["GET"]),
    Route(VERIFICATION, handlers_login.verify_email, methods=["POST"]),
    Route("/u/style.css", handlers_login.show_style),
    Route("/oauth/token", issue_token, methods=["POST"]),
    Route("/userinfo", handlers.show_user, methods=["GET", "POST"]),
    Route("/oidc/logout", handlers.log_out),
]
