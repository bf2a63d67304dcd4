"""A component whose name, parent, former URNs and protection are settings."""

import pulumi

from consumer_on_login import ConsumerOnLogin, read_settings

config = pulumi.Config()
former = (config.get("aliasUrn") or "").split()
parent = config.get("parentName")
portal = ConsumerOnLogin(
    config.require("componentName"),
    read_settings(config),
    pulumi.ResourceOptions(
        aliases=[*former],
        protect=config.get_bool("isProtected"),
        parent=pulumi.ComponentResource("test:index:Parent", parent)
        if parent
        else None,
    ),
)
pulumi.export("action_id", portal.action_id)
