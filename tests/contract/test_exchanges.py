"""What a run writes down names no account, person or secret."""

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
