"""A component whose name, parent, former URN and protection are settings."""

import pulumi

from consumer_on_login import ConsumerOnLogin, read_settings

config = pulumi.Config()
former = config.get("aliasUrn")
parent = config.get("parentName")
portal = ConsumerOnLogin(
    config.require("componentName"),
    read_settings(config),
    pulumi.ResourceOptions(
        aliases=[former] if former else [],
        protect=config.get_bool("isProtected"),
        parent=pulumi.ComponentResource("test:index:Parent", parent)
        if parent
        else None,
    ),
)
pulumi.export("action_id", portal.action_id)
