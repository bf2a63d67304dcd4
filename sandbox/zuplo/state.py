"""State of the STAND-IN for Zuplo's Developer API: accounts and who may see them.

No HTTP in here. Not imitated: the limits of a plan.
"""

from sandbox.zuplo.credentials import Credential
from sandbox.zuplo.errors import NotFoundError, UnauthorizedError
from sandbox.zuplo.key_form import new_key
from sandbox.zuplo.manager_rules import ManagerRules
from sandbox.zuplo.records import Account, Bucket
from sandbox.zuplo.schemas import BucketCreate

DEFAULT_ACCOUNT = "acme"
DEFAULT_PROJECT = "acme-api"
DEFAULT_BUCKETS = {
    "zprj-1-production": "PRODUCTION",
    "zprj-1-preview": "PREVIEW",
    "zprj-1-development": "WORKING_COPY",
}
DEPLOYMENT = "acme-api-development"
"""The one deployment that has a developer portal and a gateway."""
DEPLOYMENT_BUCKET = "zprj-1-development"


class State:
    """All accounts, seeded with one that has a project's three buckets."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.credentials: dict[str, Credential] = {}
        self.manager_rules = ManagerRules()
        self.default_api_key = self.add_api_key(Credential(account=DEFAULT_ACCOUNT))
        for name, environment_type in DEFAULT_BUCKETS.items():
            tags = {
                "account": DEFAULT_ACCOUNT,
                "project": DEFAULT_PROJECT,
                "environmentType": environment_type,
            }
            self.accounts[DEFAULT_ACCOUNT].create_bucket(
                BucketCreate(name=name, tags=tags)
            )

    def add_api_key(self, credential: Credential) -> str:
        """Issue an API key; an account seen for the first time starts empty."""
        name = credential.account
        self.accounts.setdefault(name, Account(name))
        key = new_key()
        self.credentials[key] = credential
        return key

    def remove_api_key(self, key: str) -> None:
        if self.credentials.pop(key, None) is None:
            msg = "no such API key"
            raise NotFoundError(msg)

    def authenticate(self, key: str | None) -> Credential:
        """Find whose a key is; an expired one reads like an unknown one (inferred)."""
        credential = self.credentials.get(key or "")
        if credential is None or credential.has_expired():
            msg = "the API key is missing, unknown or expired"
            raise UnauthorizedError(msg)
        return credential

    def account(self, credential: Credential, name: str) -> Account:
        """Open an account; one of others reads like an unknown one (inferred)."""
        if credential.account != name:
            msg = f"no account {name!r}"
            raise NotFoundError(msg)
        return self.accounts[name]

    def bucket_of_deployment(self, name: str) -> Bucket:
        """Find the bucket of a deployment's environment (Zuplo's documentation)."""
        if name != DEPLOYMENT:
            msg = f"no deployment {name!r}"
            raise NotFoundError(msg)
        return self.accounts[DEFAULT_ACCOUNT].bucket(DEPLOYMENT_BUCKET)
