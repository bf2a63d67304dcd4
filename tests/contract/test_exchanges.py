"""What a run writes down names no account, person or secret."""

from base64 import b64encode

import pytest

from contract.accounts import Accounts
from contract.exchanges import Scrubber, scrubbed
from contract.http import Exchange, Response

ACCOUNTS = Accounts(
    auth0_domain="acme-dev.eu.auth0.com",
    auth0_client_id="client-id-1",
    auth0_client_secret="client-secret-1",
    zuplo_account="acme",
    zuplo_bucket="zprj-acme-development",
    zuplo_api_key="zpka_own_1",
)


def test_same_text_gets_the_same_number_and_another_one_the_next():
    scrub = Scrubber(ACCOUNTS)
    texts = [
        "ada@example.com",
        "eve@example.com",
        "to ada@example.com, eve@example.com",
    ]
    assert [scrub.text(it) for it in texts] == [
        "<address 1>",
        "<address 2>",
        "to <address 1>, <address 2>",
    ]


def shown_of(body: object) -> str:
    """Give what is shown of a response that repeats nothing of the run."""
    response = Response(200, {"content-type": "text/x; of=acme"}, body)
    exchange = Exchange("GET", "/actions/actions", None, response)
    return str(next(scrubbed([exchange], ACCOUNTS)))


@pytest.mark.parametrize(
    "text",
    [
        "ACME-dev.EU.auth0.com",
        "zprj-acme-development",
        "https%3A%2F%2Facme-dev.eu.auth0.com%2F",
        "Ada@Example.COM",
        "ada%40example%2Ecom",
        "github|4711ada",
        "windowslive%7c4711ada",
        b64encode(b"client-id-1:client-secret-1").decode(),
        b64encode(b"x:client-secret-1").decode(),
        b64encode(b"xy:client-secret-1").decode(),
        '{"client_secret": "client-secret-1"}',
    ],
)
def test_no_form_of_a_name_is_left_even_in_a_message(text):
    shown = shown_of({"message": f"about {text}.", text: 1}).lower()
    gone = ["acme", "ada", "4711", "client-", "y2xpzw50", "c2vjcmv0", "zwnyzxqt"]
    assert [it for it in gone if it in shown] == []


def test_what_others_have_made_is_left_out():
    action = {
        "name": "Sign the treaty",
        "code": "const price = 'hidden';",
        "runtime": "node22",
        "created_at": "2026-01-02T03:04:05.678Z",
        "secrets": [{"name": "STRIPE", "updated_at": "2026-01-02T03:04:05.678Z"}],
    }
    user = {
        "name": "Ada Byron",
        "phone_number": "+44 20 7946 0000",
        "app_metadata": {"customer-of-gold": {"sales": "hidden"}},
    }
    shown = shown_of({"actions": [action], "users": [user], "tags": {"treaty": "x"}})
    gone = ["reaty", "hidden", "STRIPE", "Byron", "7946", "gold"]
    assert [it for it in gone if it in shown] == []
    assert "'runtime': 'node22'" in shown
    assert "2026-01-02T03:04:05.678Z" in shown


def test_nothing_of_an_account_a_person_or_a_secret_is_left():
    (shown,) = scrubbed(
        [
            Exchange(
                "POST",
                "/v1/accounts/acme/key-buckets/zprj-acme-development/consumers"
                "?manager-email=ada%40example.com",
                {
                    "client_secret": "client-secret-1",
                    "secrets": [{"name": "A", "value": "of the Action"}],
                    "managers": [{"email": "ada@example.com", "sub": "auth0|ada1"}],
                },
                Response(
                    201,
                    {"set-cookie": "did=1", "content-type": "application/json"},
                    {
                        "id": "csmr_abc",
                        "apiKeys": [{"id": "key_1", "key": "zpka_of_ada"}],
                        "access_token": "eyJh.eyJi.c",
                        "instance": "https://acme-dev.eu.auth0.com/x",
                        "ip": "203.0.113.7",
                        "action": "7f3c0a52-1f1b-4b58-9d54-6d2c2f0f9a11",
                    },
                ),
            )
        ],
        ACCOUNTS,
    )
    text = str(shown)
    gone = ["acme", "client-secret", "of the Action", "ada", "zpka", "eyJ", "csmr_"]
    gone += ["key_1", "did=", "203.0", "7f3c0a52"]
    assert [it for it in gone if it in text] == []
    assert shown["response"]["status"] == 201
    assert shown["response"]["headers"] == {"content-type": "application/json"}
