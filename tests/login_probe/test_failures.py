"""What a login probe finds wrong, and that it removes its consumer all the same."""

import pytest

from .probes import AGAIN, TEST_PATH, fail, lose_response_of_test, made


def test_probe_auth0_refusing_the_test_is_named(deploy, probe, zuplo, bucket):
    deploy()
    fail(zuplo, service="auth0", path=TEST_PATH, status=400)
    said = probe()
    assert (said.exit_code, said.out) == (1, "")
    assert said.lines[0].startswith("Auth0 did not run the Action: ")
    assert "HTTP 400" in said.lines[0]
    assert said.lines[-1] == "Fix the cause that Auth0 names, and run again"
    assert bucket.names() == []


def test_probe_auth0_out_of_order_is_named(deploy, probe, zuplo, impatient):
    deploy()
    fail(zuplo, service="auth0", path=TEST_PATH, status=503)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Auth0 did not run the Action: Auth0 cannot be")
    assert said.lines[-2].endswith("run again")
    assert made(zuplo) == (0, 0)


def test_probe_without_the_scope_names_it(deploy, probe, zuplo, monkeypatch):
    deploy()
    client = zuplo.control.add_auth0_client(["read:actions"])
    monkeypatch.setenv("AUTH0_CLIENT_ID", client.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", client.client_secret)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Auth0 did not run the Action: ")
    assert "lacks these scopes: create:actions" in said.lines[0]


def test_probe_response_lost_for_good_still_removes(
    deploy, probe, zuplo, bucket, impatient
):
    deploy()
    lose_response_of_test(zuplo)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Auth0 did not run the Action: ")
    assert made(zuplo) == (1, 1)
    assert bucket.names() == []


def test_probe_response_lost_once_is_asked_for_again(deploy, probe, zuplo, bucket):
    deploy()
    lose_response_of_test(zuplo, times=1)
    assert probe().exit_code == 0
    assert made(zuplo) == (1, 1)
    assert bucket.names() == []


def test_probe_action_that_raises_is_named_without_its_words(
    deploy, probe, zuplo, bucket
):
    raises = (
        "\nconst ours = exports.onExecutePostLogin;"
        "\nexports.onExecutePostLogin = async (event, api) => {"
        "\n  await ours(event, api); throw new Error(event.secrets.API_KEY); };"
    )
    task = deploy(lambda code: code + raises)
    said = probe()
    assert said.exit_code == 1
    assert said.lines == [
        f'The Action "{task.login_probe_action_name}" ended with an error in Auth0.',
        "New users may get no consumer.",
        "To deploy the Action again, run: pulumi up --refresh",
    ]
    assert made(zuplo) == (1, 1)
    assert bucket.names() == []


def test_probe_zuplo_down_fails_before_anything_is_made(deploy, probe, zuplo):
    deploy()
    fail(zuplo, service="zuplo", status=503, headers={"retry-after": "0"})
    zuplo.control.clear_requests()
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("The probe could not write to Zuplo before the ")
    assert "HTTP 503" in said.lines[0]
    assert "pulumi config set zuploApiUrl" in said.lines[-1]
    assert zuplo.control.requests("auth0") == []


@pytest.mark.parametrize(
    ("refusal", "named"),
    [
        (403, "The Zuplo API key may not delete the consumers of bucket"),
        (401, "Zuplo refused the API key (HTTP 401"),
    ],
)
def test_probe_with_a_key_that_only_reads_fails_before_the_login(
    deploy, probe, zuplo, bucket, monkeypatch, refusal, named
):
    key = zuplo.control.add_zuplo_key("acme", buckets="read", refusal=refusal)
    deploy(key=key)
    monkeypatch.setenv("ZUPLO_API_KEY", key)
    zuplo.control.clear_requests()
    said = probe()
    assert (said.exit_code, said.out) == (1, "")
    step = "The probe could not write to Zuplo before the login: "
    assert said.lines[0].startswith(step + named)
    assert said.lines[-1].endswith("run: pulumi config set --secret zuploApiKey")
    assert "could not remove" not in said.err
    assert zuplo.control.requests("auth0") == []
    assert bucket.names() == []


def test_probe_with_a_key_that_reads_and_is_hidden_the_rest_points_to_the_log(
    deploy, probe, zuplo, monkeypatch
):
    """If Zuplo sends 404 for what a key may not do, a deletion cannot tell."""
    key = zuplo.control.add_zuplo_key("acme", buckets="read", refusal=404)
    deploy(key=key)
    monkeypatch.setenv("ZUPLO_API_KEY", key)
    said = probe()
    assert "has no consumer of the probe's user" in said.lines[0]
    assert "docs/login-log.md" in said.lines[2]


def test_probe_with_a_key_that_only_reads_names_what_it_needs(
    deploy, probe, zuplo, monkeypatch
):
    key = zuplo.control.add_zuplo_key("acme", buckets="read")
    deploy(key=key)
    monkeypatch.setenv("ZUPLO_API_KEY", key)
    assert "with API Key Buckets on Read and Write" in probe().lines[-2]


def test_probe_zuplo_failing_the_action_points_to_its_log(deploy, probe, zuplo):
    task = deploy()
    fail(zuplo, service="zuplo", method="POST")
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0] == (
        f'Auth0 ran the Action "{task.login_probe_action_name}", but bucket '
        f'"{task.zuplo_bucket}" has no consumer of the probe\'s user.'
    )
    assert "docs/login-log.md" in said.lines[2]
    assert said.lines[-1].endswith(AGAIN)


def test_probe_action_remembering_an_outage_points_to_its_log(deploy, probe, zuplo):
    deploy()
    fail(zuplo, service="zuplo", method="POST", kind="reset")
    probe()
    zuplo.control.clear_faults()
    zuplo.control.clear_requests()
    said = probe()
    assert made(zuplo) == (0, 0)
    assert "an outage of Zuplo, wait half a minute" in said.lines[-2]


def test_probe_action_with_a_wrong_key_points_to_its_log(deploy, probe):
    deploy(key="zpka_wrong")
    said = probe()
    assert said.exit_code == 1
    assert "has no consumer of the probe's user" in said.lines[0]
    assert said.lines[-1].endswith(AGAIN)


def test_probe_look_up_failing_still_removes(deploy, probe, zuplo, bucket):
    deploy()
    fail(zuplo, service="zuplo", method="GET", path=".*/consumers/c-.*", status=500)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("The probe could not read the consumer from ")
    assert bucket.names() == []


def test_probe_consumer_of_another_user_is_a_fault(deploy, probe, zuplo, bucket):
    ours = "user_id: owner(user.user_id)"
    task = deploy(lambda code: code.replace(ours, "user_id: 'auth0|ada'"))
    said = probe()
    assert said.exit_code == 1
    assert f'The Action "{task.login_probe_action_name}"' not in said.err
    assert "does not name the probe's user in metadata.user_id." in said.lines[0]
    assert said.lines[-1].endswith("pulumi up --refresh")
    assert made(zuplo) == (1, 1)
    assert bucket.names() == []


def test_probe_that_cannot_remove_names_the_consumer(deploy, probe, zuplo, bucket):
    deploy()
    fail(zuplo, service="zuplo", method="DELETE", status=500, skip=1)
    said = probe()
    (left,) = bucket.names()
    assert (said.exit_code, said.out) == (1, "")
    assert said.lines[0].startswith(f'The probe could not remove its consumer "{left}"')
    assert "HTTP 500" in said.lines[0]
    assert said.lines[-1] == "To remove the consumer now, run: pulumi up"

    zuplo.control.clear_faults()
    assert probe().out.endswith(" It also removed 1 of earlier probes.\n")
    assert bucket.names() == []


def test_probe_failing_twice_tells_both(deploy, probe, zuplo, bucket, impatient):
    deploy()
    lose_response_of_test(zuplo)
    fail(zuplo, service="zuplo", method="DELETE", status=500, skip=1)
    said = probe()
    assert said.exit_code == 1
    assert said.lines[0].startswith("Auth0 did not run the Action: ")
    (left,) = bucket.names()
    assert f'could not remove its consumer "{left}"' in said.lines[4]
    assert said.lines[-1] == "To remove the consumer now, run: pulumi up"
