"""Discovery, keys and authorization requests of the stand-in's login."""

from urllib.parse import urlsplit

import pytest

from tests.sandbox.oidc_client import reported


@pytest.mark.parametrize(
    ("endpoint", "method", "status"),
    [
        ("authorization_endpoint", "GET", 400),
        ("token_endpoint", "POST", 400),
        ("userinfo_endpoint", "GET", 401),
        ("jwks_uri", "GET", 200),
        ("end_session_endpoint", "GET", 200),
    ],
)
def test_configuration_names_endpoints_of_its_issuer(portal, endpoint, method, status):
    configuration = portal.call("GET", "/.well-known/openid-configuration").json()

    assert configuration["issuer"] == f"{portal.url}/"
    path = configuration[endpoint].removeprefix(portal.url)
    assert portal.call(method, path, data={"x": "y"}).status_code == status


def test_keys_are_public_ones(portal):
    (key,) = portal.call("GET", "/.well-known/jwks.json").json()["keys"]

    assert set(key) == {"kty", "key_ops", "n", "e", "kid", "use", "alg"}
    assert (key["kty"], key["alg"], key["key_ops"]) == ("RSA", "RS256", ["verify"])


@pytest.mark.parametrize(
    ("hint", "path"), [(None, "/u/login"), ("signup", "/u/signup")]
)
def test_request_leads_to_a_page_with_the_same_query(portal, hint, path):
    response = portal.authorize(screen_hint=hint)

    assert response.status_code == 302
    assert urlsplit(response.headers["location"]).path == path
    assert reported(response) == portal.asked({"screen_hint": hint})
    assert portal.call("GET", response.headers["location"]).status_code == 200


def test_request_with_a_parameter_nobody_knows_is_served(portal):
    response = portal.authorize(colour="red")

    assert "error" not in reported(response)


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("GET", "/authorize"),
        ("GET", "/u/login"),
        ("POST", "/u/login"),
        ("GET", "/u/signup"),
        ("POST", "/u/signup"),
    ],
)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"client_id": None}, "client_id"),
        ({"client_id": "other"}, "client_id"),
        ({"redirect_uri": None}, "redirect_uri"),
        ({"redirect_uri": ""}, "redirect_uri"),
        ({"redirect_uri": "https://evil.example.com/oauth/callback"}, "redirect_uri"),
    ],
)
def test_request_of_a_stranger_is_never_redirected(
    portal, method, page, change, message
):
    fields = {"name": "Ada", "email": "ada@example.com", "password": "x"}

    response = portal.call(method, page, params=portal.asked(change), data=fields)

    assert response.status_code == 400
    assert "location" not in response.headers
    assert message in response.text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda url: url + "/",
        lambda url: url + "?x=1",
        lambda url: url + "#",
        lambda url: url.replace("/oauth", "//oauth"),
        lambda url: url.replace("https:", "http:"),
        lambda url: url.upper(),
        lambda url: url.replace("https://", "https://evil.example.com@"),
    ],
    ids=["slash", "query", "fragment", "path", "scheme", "case", "user"],
)
def test_request_with_almost_a_redirect_uri_is_never_redirected(portal, spoil):
    response = portal.authorize(redirect_uri=spoil(portal.callback))

    assert response.status_code == 400
    assert "location" not in response.headers


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_request_with_two_of_what_must_be_known_is_never_redirected(portal, name):
    query = [*portal.query.items(), (name, portal.query[name])]

    response = portal.call("GET", "/authorize", params=query)

    assert response.status_code == 400
    assert "location" not in response.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile email"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"audience": "https://unknown.example.com/"}, "access_denied"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "consent"}, "invalid_request"),
        ({"request": "a.b.c"}, "invalid_request"),
        ({"max_age": "0"}, "invalid_request"),
    ],
)
def test_request_with_a_fault_is_refused_to_the_application(portal, change, error):
    response = portal.authorize(**change)

    assert response.status_code == 302
    assert response.headers["location"].startswith(f"{portal.callback}?")
    refusal = reported(response)
    assert refusal.pop("error_description")
    assert refusal == {"error": error, "state": portal.query["state"]}


def test_request_with_a_repeated_parameter_is_refused_to_the_application(portal):
    query = [*portal.query.items(), ("scope", "openid")]

    response = portal.call("GET", "/authorize", params=query)

    assert reported(response)["error"] == "invalid_request"
    assert "scope" in reported(response)["error_description"]


@pytest.mark.parametrize("origin", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize(
    "path", ["/oauth/token", "/userinfo", "/v2/client/x/consumers"]
)
def test_script_of_the_portal_may_call_from_either_name(portal, origin, path):
    asking = {
        "origin": portal.url.replace("127.0.0.1", origin),
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization,content-type",
    }

    response = portal.call("OPTIONS", path, headers=asking)

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == asking["origin"]
    allowed = response.headers["access-control-allow-headers"]
    assert {"authorization", "content-type"} <= set(allowed.lower().split(", "))


def test_script_of_another_origin_may_read_nothing(portal):
    asking = {"origin": "https://evil.example.com"}

    response = portal.call("GET", "/u/login", params=portal.query, headers=asking)

    assert "access-control-allow-origin" not in response.headers
