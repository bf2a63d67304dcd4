"""The Action of the stack that the tests play, and whose it is."""

NAME = "Portal"
CODE = "exports.onExecutePostLogin = async (event, api) => { /* ours */ };"
OTHER_CODE = "exports.onExecutePostLogin = async (event, api) => {};"
OWN = "urn:pulumi:dev::portal::zuplo-auth0:index:ConsumerOnLogin::portal"
THEIRS = OWN.replace(":dev:", ":prod:")
