"""A component whose name, and former name, are settings."""

import pulumi

from consumer_on_login import ConsumerOnLogin, read_settings

config = pulumi.Config()
former = config.get("formerName")
aliases = [pulumi.Alias(name=former)] if former else []
portal = ConsumerOnLogin(
    config.require("componentName"),
    read_settings(config),
    pulumi.ResourceOptions(aliases=aliases),
)
pulumi.export("action_id", portal.action_id)
