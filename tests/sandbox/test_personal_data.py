"""The Action reads those fields of the event that docs/security.md lists."""

import json
import re

import pytest

from tests.toolkit.deployed_action import add_action
from tests.toolkit.repository import document

RECORDING = """
const ours = exports.onExecutePostLogin;
exports.onExecutePostLogin = async (event, api) => {
  const read = new Set();
  const watched = Object.fromEntries(Object.entries(event).map(([part, fields]) => [
    part,
    part === 'secrets' ? fields : new Proxy(fields, {
      get: (target, field) => {
        read.add(`${part}.${String(field)}`);
        return target[field];
      },
    }),
  ]));
  await ours(watched, api);
  console.log(JSON.stringify([...read].sort()));
};
"""


@pytest.fixture(scope="module")
def tenant(sandbox, owner):
    add_action(
        owner,
        sandbox,
        "Recording",
        lambda code: code + RECORDING,
        portal_client_ids=["portal"],
    )
    return owner


def listed():
    _, section = document("security.md").split("\n## Personal data in the Action\n")
    rows = re.findall(r"^\| (`.+?`) \|", section.partition("\n## ")[0], re.M)
    return sorted(re.findall("`(.+?)`", " ".join(rows)))


def test_fields_that_a_first_login_reads_are_listed(tenant, log_in):
    outcome, read = log_in(tenant.add_user("new")).actions[0].logs
    assert '"created"' in outcome.message
    assert json.loads(read.message) == listed()


def test_fields_that_a_later_login_reads_are_those_that_find_the_consumer(
    tenant, log_in
):
    user = tenant.add_user("returning")
    log_in(user)
    (read,) = log_in(user).actions[0].logs
    assert json.loads(read.message) == ["user.app_metadata"]
