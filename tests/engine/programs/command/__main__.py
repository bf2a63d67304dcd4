"""One command, its inputs a setting."""

import pulumi
from pulumi_command import local

command = local.Command("it", **pulumi.Config("command").require_object("inputs"))
pulumi.export("stdout", command.stdout)
