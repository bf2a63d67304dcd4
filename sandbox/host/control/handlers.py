"""Handlers of the control API. It imitates nothing, so its shapes are our own."""

from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.auth0.logins import LoginRequest, UnknownUserError
from sandbox.host.control.schemas import (
    Auth0Client,
    DeployedAction,
    DeployedDependency,
    GatewaySettings,
    NewAuth0Client,
    NewZuploKey,
    RequestFilter,
    ZuploKey,
)
from sandbox.host.faults import Fault
from sandbox.host.services import Services
from sandbox.zuplo.errors import NotFoundError
from sandbox.zuplo.manager_rules import ManagerRules

Body = TypeVar("Body", bound=BaseModel)


def services_of(request: Request) -> Services:
    services: Services = request.app.state.service
    return services


async def body_of(request: Request, model: type[Body]) -> Body:
    return model.model_validate_json(await request.body())


def reply(content: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return JSONResponse(content.model_dump(mode="json"), status)


def done() -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def show_addresses(request: Request) -> Response:
    return JSONResponse(services_of(request).addresses)


async def list_faults(request: Request) -> Response:
    faults = services_of(request).faults.listed()
    return JSONResponse({"faults": [fault.model_dump(mode="json") for fault in faults]})


async def arm_fault(request: Request) -> Response:
    fault = await body_of(request, Fault)
    services_of(request).faults.arm(fault)
    return reply(fault, HTTPStatus.CREATED)


async def clear_faults(request: Request) -> Response:
    """Remove all faults and let what they hold up go on."""
    services_of(request).faults.clear()
    return done()


async def list_requests(request: Request) -> Response:
    wanted = RequestFilter.model_validate(dict(request.query_params))
    logged = services_of(request).log.of(wanted.service)
    return JSONResponse({"requests": [entry.model_dump() for entry in logged]})


async def clear_requests(request: Request) -> Response:
    services_of(request).log.clear()
    return done()


async def log_in(request: Request) -> Response:
    """Log a user in: run the Actions bound to the post-login trigger."""
    login = await body_of(request, LoginRequest)
    return reply(await services_of(request).logins.login(login))


async def stop_instances(request: Request) -> Response:
    """Stop all Node instances: the next login of each Action is a cold start."""
    await services_of(request).instances.close()
    return done()


async def add_auth0_client(request: Request) -> Response:
    """Add a machine-to-machine application that has just these scopes."""
    scopes = (await body_of(request, NewAuth0Client)).scopes
    client = services_of(request).auth0.add_client(scopes)
    shown = Auth0Client(client_id=client.client_id, client_secret=client.client_secret)
    return reply(shown, HTTPStatus.CREATED)


async def list_auth0_tokens(request: Request) -> Response:
    """Show what Auth0 never does: every access token of its Management API."""
    return JSONResponse({"tokens": list(services_of(request).auth0.tokens)})


async def show_deployed_action(request: Request) -> Response:
    """Show what Auth0 never does: a deployed version with its secret values."""
    action_id = request.path_params["id"]
    action = services_of(request).auth0.actions.get(action_id)
    version = action.deployed_version if action else None
    if version is None:
        text = f"no action {action_id!r} with a deployed version"
        raise HTTPException(HTTPStatus.NOT_FOUND, text)
    deployed = DeployedAction(
        code=version.code,
        runtime=version.runtime,
        dependencies=[
            DeployedDependency(name=dependency.name, version=dependency.version)
            for dependency in version.dependencies
        ],
        secrets={name: secret.value for name, secret in version.secrets.items()},
    )
    return reply(deployed)


async def add_zuplo_key(request: Request) -> Response:
    new = await body_of(request, NewZuploKey)
    key = services_of(request).zuplo.add_api_key(new.credential())
    return reply(ZuploKey(key=key), HTTPStatus.CREATED)


async def remove_zuplo_key(request: Request) -> Response:
    removed = await body_of(request, ZuploKey)
    services_of(request).zuplo.remove_api_key(removed.key)
    return done()


async def set_manager_rules(request: Request) -> Response:
    """Set all of them: a rule that is left out gets its default."""
    services_of(request).zuplo.manager_rules = await body_of(request, ManagerRules)
    return done()


async def set_gateway(request: Request) -> Response:
    """Set the gateway's `cacheTtlSeconds`; it applies to what is remembered, too."""
    settings = await body_of(request, GatewaySettings)
    services_of(request).gateway.cache_ttl_seconds = settings.cache_ttl_seconds
    return done()


async def refuse(_request: Request, error: Exception) -> Response:
    """Give every refusal the one error shape."""
    match error:
        case ValidationError():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            text = "; ".join(
                f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
                for fault in error.errors()
            )
        case HTTPException():
            status, text = HTTPStatus(error.status_code), error.detail
        case _:
            status, text = HTTPStatus.NOT_FOUND, str(error)
    return JSONResponse({"error": text}, status)


EXCEPTION_HANDLERS = {
    HTTPException: refuse,
    ValidationError: refuse,
    UnknownUserError: refuse,
    NotFoundError: refuse,
}
