"""Offboarding against the stand-in of Zuplo, over a socket."""

import subprocess
import sys

import pytest

from consumer_on_login.consumer_name import consumer_name, consumer_owner
from consumer_on_login.offboarding import __main__ as offboard
from consumer_on_login.offboarding.__main__ import main, tenant_of
from consumer_on_login.offboarding.errors import TenantError
from sandbox.host.faults import Fault
from tests.toolkit.messages import Said

ADA, BOB = "auth0|ada", "auth0|bob"
TENANT = "acme-dev"
ADAS, BOBS = consumer_name(TENANT, ADA), consumer_name(TENANT, BOB)


@pytest.fixture
def bucket(bucket, zuplo, monkeypatch):
    """It has two consumers, and the environment names it."""
    bucket.create_consumer(ADAS, metadata={"user_id": ADA}, managers=["ada@mail.test"])
    bucket.create_consumer(BOBS, metadata={"user_id": BOB})
    variables = {**bucket.variables(), "AUTH0_DOMAIN": f"{TENANT}.eu.auth0.com"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    zuplo.control.clear_requests()
    return bucket


@pytest.fixture
def run(zuplo, capsys):
    """Run the command here; nothing that it says may be personal or secret."""

    def run(*arguments):
        try:
            exit_code = main(arguments)
        except SystemExit as end:  # argparse's own
            exit_code = int(end.code or 0)
        said = Said(exit_code, *capsys.readouterr())
        for kept in (zuplo.zuplo_api_key, "zpka_", ADA, BOB, "mail.test", "Bearer"):
            assert kept not in said.out + said.err
        return said

    return run


def keys(bucket, consumer):
    return bucket.get(f"/consumers/{consumer}/keys")["data"]


def writes(zuplo):
    """Method and end of the path of each request that was to change something."""
    return [
        (item.method, item.path.rpartition("/")[2])
        for item in zuplo.control.requests("zuplo")
        if item.method != "GET"
    ]


def test_offboard_deletes_the_users_consumer_and_no_other(bucket, run):
    said = run(ADA)
    assert (said.exit_code, said.err) == (0, "")
    assert said.out == (
        f'Deleted consumer "{ADAS}" and its keys from bucket "{bucket.bucket}".\n'
    )
    assert bucket.names() == [BOBS]


def test_offboard_keys_deletes_every_key_and_keeps_the_consumer(bucket, run):
    bucket.request("POST", f"/consumers/{ADAS}/keys", json={"description": "second"})
    said = run("--keys", ADA)
    assert said == (
        0,
        f'Deleted 2 keys of consumer "{ADAS}" in bucket "{bucket.bucket}".\n',
        "",
    )
    assert (bucket.names(), keys(bucket, ADAS)) == ([ADAS, BOBS], [])
    assert len(keys(bucket, BOBS)) == 1


def test_offboard_keys_again_finds_none(bucket, run):
    run("--keys", ADA)
    said = run("--keys", ADA)
    assert said.exit_code == 0
    assert said.out.startswith("Deleted 0 keys of")


def test_offboard_keys_whose_deletion_loses_its_response_are_deleted(
    bucket, run, zuplo
):
    zuplo.control.arm(
        Fault(service="zuplo", method="DELETE", kind="reset", when="after", times=1)
    )
    assert run("--keys", ADA).exit_code == 0
    assert keys(bucket, ADAS) == []


@pytest.mark.parametrize(
    ("arguments", "would"),
    [
        ((), f'Would delete consumer "{ADAS}" and its keys from bucket'),
        (("--keys",), f'Would delete 1 key of consumer "{ADAS}" in bucket'),
    ],
    ids=["consumer", "keys"],
)
def test_offboard_dry_run_changes_nothing(bucket, run, zuplo, arguments, would):
    said = run("--dry-run", *arguments, ADA)
    assert said == (0, f'{would} "{bucket.bucket}".\n', "")
    assert writes(zuplo) == []
    assert len(keys(bucket, ADAS)) == 1


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)], ids=["run", "dry run"])
@pytest.mark.parametrize(
    "metadata",
    [{"user_id": BOB}, {}, {"user_id": [ADA]}],
    ids=["other", "none", "list"],
)
def test_offboard_consumer_that_does_not_name_the_user_is_refused(
    bucket, run, zuplo, metadata, dry_run
):
    bucket.request("PATCH", f"/consumers/{ADAS}", json={"metadata": metadata})
    zuplo.control.clear_requests()
    for operation in ((), ("--keys",)):
        said = run(*operation, *dry_run, ADA)
        assert said.exit_code == 1
        assert "does not name this user" in said.err
        assert said.remedy.startswith("If the consumer still belongs to the user")
    assert writes(zuplo) == []


def test_offboard_unknown_user_has_an_exit_code_of_its_own(bucket, run, zuplo):
    said = run("auth0|nobody")
    assert (said.exit_code, said.out) == (3, "")
    assert said.remedy.startswith("If one of them is wrong, run again")
    assert writes(zuplo) == []


def test_offboard_twice_finds_nothing_the_second_time(bucket, run):
    assert [run(ADA).exit_code, run(ADA).exit_code] == [0, 3]


def test_offboard_again_names_what_else_is_theirs(bucket, run):
    bucket.create_consumer("c-by-hand", metadata={"user_id": ADA})
    assert run(ADA).exit_code == 0
    assert "name this user: c-by-hand." in run(ADA).err


def test_offboard_user_of_another_name_names_their_consumers(bucket, run, zuplo):
    old = "auth0|old"
    bucket.create_consumer("c-by-hand", metadata={"user_id": old})
    bucket.create_consumer("c-2", metadata={"user_id": old})
    zuplo.control.clear_requests()
    said = run(old)
    assert said.exit_code == 1
    assert "name this user: c-by-hand, c-2." in said.err
    assert said.remedy.endswith("--consumer c-by-hand")
    assert writes(zuplo) == []


def test_offboard_consumer_by_its_name_needs_no_tenant(bucket, run, monkeypatch):
    monkeypatch.delenv("AUTH0_DOMAIN")
    bucket.create_consumer("c-by-hand", metadata={"user_id": ADA})
    assert run("--consumer", "c-by-hand", ADA).exit_code == 0
    assert bucket.names() == [ADAS, BOBS]


def test_offboard_consumer_by_its_name_must_be_theirs(bucket, run, zuplo):
    assert run("--consumer", BOBS, ADA).exit_code == 1
    assert writes(zuplo) == []


def test_offboard_tenant_goes_before_the_domain(bucket, run, monkeypatch):
    monkeypatch.setenv("AUTH0_DOMAIN", "login.example.com")
    assert run("--tenant", TENANT, ADA).exit_code == 0
    assert bucket.names() == [BOBS]


def test_offboard_other_tenants_name_finds_the_user_by_their_metadata(bucket, run):
    said = run("--tenant", "other", ADA)
    assert said.exit_code == 1
    assert f"name this user: {ADAS}." in said.err
    assert bucket.names() == [ADAS, BOBS]


@pytest.mark.parametrize("written", [consumer_owner, str], ids=["hash", "as it is"])
@pytest.mark.parametrize(
    "named", [(), ("--consumer", "c-long")], ids=["name", "option"]
)
def test_offboard_long_user_id_is_known_by_its_hash_too(bucket, run, written, named):
    long = f"samlp|{'x' * 300}"
    metadata = {"user_id": written(long)}
    bucket.create_consumer(consumer_name(TENANT, long), metadata=metadata)
    bucket.create_consumer("c-long", metadata=metadata)
    assert run(*named, long).exit_code == 0
    assert len(bucket.names()) == 3
    assert run(*named, long).exit_code == 1


@pytest.mark.parametrize("domain", ["login.example.com", "localhost:8443", ""])
def test_offboard_domain_that_tells_no_tenant_is_refused(
    bucket, run, zuplo, monkeypatch, domain
):
    monkeypatch.setenv("AUTH0_DOMAIN", domain)
    said = run(ADA)
    assert said.exit_code == 1
    assert said.remedy.endswith("run again with: --tenant <name>")
    assert zuplo.control.requests("zuplo") == []


@pytest.mark.parametrize(
    "domain", ["acme-dev.auth0.com", "acme-dev.us-3.auth0.com", "Acme-Dev.EU.auth0.com"]
)
def test_tenant_is_the_first_label_of_auth0s_own_domain(domain):
    assert tenant_of(domain) == "acme-dev"


@pytest.mark.parametrize(
    "domain",
    [
        "acme.eu.auth0.com.example.com",
        "auth0.com",
        "a.b.eu.auth0.com",
        "acme.auth0app.com",
    ],
)
def test_tenant_of_another_domain_is_not_guessed(domain):
    with pytest.raises(TenantError, match="the tenant's name is not known"):
        tenant_of(domain)


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("ZUPLO_ACCOUNT", "zuploAccount"),
        ("ZUPLO_BUCKET", "zuploBucket"),
        ("ZUPLO_API_KEY", "zuploApiKey"),
    ],
)
def test_offboard_missing_variable_is_named_with_its_remedy(
    bucket, run, monkeypatch, variable, key
):
    monkeypatch.delenv(variable)
    said = run(ADA)
    assert said.exit_code == 1
    assert said.err == (
        f"{variable} is not set. Set it with: "
        f'export {variable}="$(pulumi config get {key})"\n'
    )


def test_offboard_names_every_variable_that_cannot_work(bucket, run, monkeypatch):
    monkeypatch.setenv("ZUPLO_BUCKET", "NO")
    monkeypatch.setenv("ZUPLO_API_KEY", "zpka_two words")
    monkeypatch.setenv("ZUPLO_API_URL", "http://example.com")
    said = run(ADA)
    starts = [line.split()[0] for line in said.err.splitlines()]
    assert starts == ["ZUPLO_BUCKET", "ZUPLO_API_KEY", "ZUPLO_API_URL"]


def test_offboard_asks_zuplos_own_address_by_default(monkeypatch):
    for name, value in (("ACCOUNT", "acme"), ("BUCKET", "bucket"), ("API_KEY", "k")):
        monkeypatch.setenv(f"ZUPLO_{name}", value)
    monkeypatch.delenv("ZUPLO_API_URL", raising=False)
    assert offboard.read_environment()["zuplo_api_url"] == "https://dev.zuplo.com"


def test_offboard_missing_bucket_is_no_missing_user(bucket, run, monkeypatch):
    monkeypatch.setenv("ZUPLO_BUCKET", "zprj-1-developmnt")
    said = run(ADA)
    assert said.exit_code == 1
    command = "export ZUPLO_BUCKET=zprj-1-development"
    assert said.lines[-2] == f"If the name is wrong, run: {command}"


def test_offboard_refused_key_is_no_missing_user(bucket, run, monkeypatch):
    monkeypatch.setenv("ZUPLO_API_KEY", "wrong")
    said = run(ADA)
    assert said.exit_code == 1
    assert "HTTP 401" in said.err
    assert said.remedy == "To set a valid key, run: export ZUPLO_API_KEY=<key>"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_offboard_in_an_outage_says_that_it_is_not_done(bucket, run, zuplo, method):
    headers = {"retry-after": "0"}
    zuplo.control.arm(
        Fault(
            service="zuplo", method=method, kind="status", status=503, headers=headers
        )
    )
    said = run(ADA)
    assert (said.exit_code, said.out) == (1, "")
    assert ", wait until Zuplo responds, and run again\n" in said.err
    assert said.remedy.endswith(": export ZUPLO_API_URL=<address>")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("",),
        ("auth0",),
        ("ada@mail.test",),
        ("--consumer", "..", ADA),
        ("--tenant", "login.example.com", ADA),
        ("--tenant", TENANT, "--consumer", ADAS, ADA),
    ],
    ids=["none", "empty", "no bar", "e-mail", "path", "domain", "both names"],
)
def test_offboard_arguments_that_make_no_sense_are_refused(
    bucket, run, zuplo, arguments
):
    assert run(*arguments).exit_code == 2
    assert zuplo.control.requests("zuplo") == []


def test_offboard_interrupted_ends_without_a_traceback(bucket, run, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(offboard, "require_theirs", interrupt)
    assert run(ADA) == (130, "", "")


def test_offboard_runs_as_a_module_without_the_component(bucket):
    """What a shell starts, and without the seconds that Auth0's SDK takes."""
    program = (
        "import runpy, sys\n"
        "sys.argv[1:] = ['auth0|ada']\n"
        "try: runpy.run_module('consumer_on_login.offboarding', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "print(code, 'pulumi_auth0' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 False"
    assert bucket.names() == [BOBS]


def test_offboard_does_not_print_a_key_that_stands_for_the_domain():
    with pytest.raises(TenantError) as caught:
        tenant_of("zpka_sesame")
    assert "sesame" not in str(caught.value)
