"""All that the STAND-IN's tenant holds, and the rules that span several Actions."""

import asyncio

from sandbox.auth0.actions import Action, check_secrets, stored_secrets
from sandbox.auth0.bindings import Binding, replacement
from sandbox.auth0.builds import Dependency
from sandbox.auth0.clock import now
from sandbox.auth0.errors import bad_request, conflict, no_such_action
from sandbox.auth0.progress import BuildProgress, Builds
from sandbox.auth0.schemas import (
    ActionCreate,
    ActionFields,
    ActionsQuery,
    ActionUpdate,
    BindingIn,
)
from sandbox.auth0.streams import EventStream
from sandbox.auth0.tokens import SCOPES, Client, Token, new_client
from sandbox.auth0.triggers import TRIGGERS, check_upgrade, runtime_for, trigger_of
from sandbox.auth0.users import User

ACTIONS_PER_TENANT = 100
ACTIONS_PER_TRIGGER = 20


class State:
    """A tenant with one client and nothing else."""

    def __init__(self, builder: Builds, domain: str = "tenant.test") -> None:
        self._builder = builder
        self.domain = domain
        """The tenant's own: the Management API's audience has it, whichever domain a
        client asks (Auth0's documents on custom domains)."""
        self._building: set[asyncio.Task[None]] = set()
        self.clients: dict[str, Client] = {}
        self.tokens: dict[str, Token] = {}
        self.actions: dict[str, Action] = {}
        self.bindings: dict[str, list[Binding]] = {t.id: [] for t in TRIGGERS}
        self.event_streams: dict[str, EventStream] = {}
        self.users: dict[str, User] = {}
        self.default_client = self.add_client(SCOPES)

    def add_client(self, scopes: list[str]) -> Client:
        client = new_client(scopes)
        self.clients[client.client_id] = client
        return client

    def action(self, action_id: str) -> Action:
        if action_id not in self.actions:
            raise no_such_action()
        return self.actions[action_id]

    def create_action(self, body: ActionCreate) -> Action:
        """Add an Action whose build has begun by the next request.

        Two Actions may have one name: no source tells that Auth0 minds.
        """
        trigger = trigger_of(body.supported_triggers[0])
        self._check_room(trigger.id)
        check_secrets(secrets_of(body), {})
        created_at, updated_at = now(), now()
        dependencies = dependencies_of(body)
        action = Action(
            name=body.name,
            supported_triggers=[trigger.ref],
            code=body.code,
            dependencies=dependencies,
            runtime=runtime_for(trigger, body.runtime),
            secrets=stored_secrets(secrets_of(body), updated_at, {}),
            created_at=created_at,
            updated_at=updated_at,
            build=BuildProgress(dependencies),
        )
        self.actions[action.id] = action
        self._start_build(action)
        return action

    def update_action(self, action: Action, body: ActionUpdate) -> None:
        """Change what the body names and build the draft anew.

        Secrets that are sent replace all others and share one timestamp
        (recording "failed build"). Without secrets in the body they keep their
        timestamps: unknown of the real service, inferred.
        """
        check_secrets(secrets_of(body), action.secrets)
        old = action.supported_triggers[0]
        trigger = trigger_of(old)
        if body.supported_triggers:
            trigger = trigger_of(body.supported_triggers[0])
            check_upgrade(old, trigger)
        action.runtime = runtime_for(trigger, body.runtime or action.runtime)
        action.supported_triggers = [trigger.ref]
        sent = body.model_fields_set
        action.name = body.name if "name" in sent else action.name
        action.code = body.code if "code" in sent else action.code
        if "dependencies" in sent:
            action.dependencies = dependencies_of(body)
        action.changed()
        if "secrets" in sent:
            action.secrets = stored_secrets(
                secrets_of(body), action.updated_at, action.secrets
            )
        self._start_build(action)

    def delete_action(self, action_id: str, *, force: bool) -> None:
        """Recordings "not found" and "force delete"; conflict: issue thread."""
        action = self.action(action_id)
        bound = [b for bs in self.bindings.values() for b in bs if b.action is action]
        if bound and not force:
            message = "Unable to delete an action bound to a trigger."
            raise conflict(message)
        for binding in bound:
            self.bindings[binding.trigger_id].remove(binding)
        del self.actions[action_id]

    def listed_actions(self, query: ActionsQuery) -> list[Action]:
        return [
            action
            for action in self.actions.values()
            if query.action_name in (None, action.name)
            and query.trigger_id in (None, action.supported_triggers[0].id)
        ]

    def replace_bindings(self, trigger_id: str, wanted: list[BindingIn]) -> None:
        self.bindings[trigger_id] = replacement(trigger_id, wanted, self.actions)

    def _check_room(self, trigger_id: str) -> None:
        """Numbers: Auth0 documentation; the refusal is inferred."""
        used = [a.supported_triggers[0].id for a in self.actions.values()]
        if len(used) >= ACTIONS_PER_TENANT:
            message = f"A tenant cannot have more than {ACTIONS_PER_TENANT} actions."
            raise bad_request(message)
        if used.count(trigger_id) >= ACTIONS_PER_TRIGGER:
            message = f"A trigger cannot have more than {ACTIONS_PER_TRIGGER} actions."
            raise bad_request(message)

    def _start_build(self, action: Action) -> None:
        """Build in a task, so that the response to this request says pending."""
        task = asyncio.create_task(action.build.run(self._builder))
        self._building.add(task)
        task.add_done_callback(self._building.discard)


def dependencies_of(body: ActionFields) -> list[Dependency]:
    return [Dependency(item.name, item.version) for item in body.dependencies]


def secrets_of(body: ActionFields) -> dict[str, str | None]:
    return {item.name: item.value for item in body.secrets}
