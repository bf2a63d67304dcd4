"""What a user sends from the STAND-IN's pages."""

from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, StringConstraints, ValidationError
from starlette.requests import Request

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)
]
Email = Annotated[Text, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=255)]

FAULTS = {
    "name": "Enter a name.",
    "email": "Enter an e-mail address.",
    "password": "Enter a password.",
}


class Verification(BaseModel):
    email: Email


class SignIn(Verification):
    password: Password


class SignUp(SignIn):
    name: Text
    email_verified: bool = False


Form = TypeVar("Form", bound=BaseModel)


class FormError(Exception):
    """The user sees what is wrong, and with which fields."""

    def __init__(self, text: str, *fields: str) -> None:
        super().__init__(text)
        self.fields = fields


async def fields_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(errors="replace")))


def parsed(model: type[Form], fields: dict[str, str]) -> Form:
    """Check fields, or raise FormError."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors()} & FAULTS.keys()
        names = [name for name in FAULTS if name in wrong]
        text = " ".join(FAULTS[name] for name in names)
        raise FormError(text, *names) from error
