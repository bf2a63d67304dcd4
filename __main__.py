"""One stack: a Zuplo bucket, and the Action of one Auth0 tenant that fills it."""

import pulumi

from consumer_on_login import ConsumerOnLogin, read_settings

consumer = ConsumerOnLogin("consumer-on-login", read_settings(pulumi.Config()))

pulumi.export("action_id", consumer.action_id)
pulumi.export("action_name", consumer.action_name)
pulumi.export("runtime", consumer.runtime)
pulumi.export("bucket_name", consumer.bucket_name)
pulumi.export("bucket_id", consumer.bucket_id)
pulumi.export("bucket_tags", consumer.bucket_tags)
