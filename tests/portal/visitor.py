"""What a user of the portal does and sees, in a browser of her own."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

NAME = "Ada Lovelace"
PASSWORD = "correct horse battery staple"
"""That of sandbox.clouds, too."""
KEY = re.compile(r"^zpka_\w+$")


class Visitor:
    """A browser's page at the portal."""

    def __init__(self, page: Page, portal_url: str) -> None:
        self.page = page
        self.portal_url = portal_url

    def open_login(self) -> None:
        """Go from the portal to the identity provider's page."""
        self.page.goto(self.portal_url)
        self.page.get_by_role("button", name="Login").click()
        expect(self.heading("Log in")).to_be_visible()

    def open_sign_up(self) -> None:
        self.open_login()
        self.follow("Sign up")
        expect(self.heading("Sign up")).to_be_visible()

    def sign_up(self, email: str, *, verified: bool = True) -> None:
        """Become a user, who is logged in at once."""
        self.open_sign_up()
        self.fill_sign_up(email, verified=verified)
        self.press("Sign up")
        self.arrive()

    def fill_sign_up(self, email: str, *, verified: bool = True) -> None:
        self.fill("Name", NAME)
        self.fill("E-mail address", email)
        self.fill("Password", PASSWORD)
        if verified:
            self.page.get_by_label("verified already").check()

    def log_in(self, email: str, password: str = PASSWORD) -> None:
        self.open_login()
        self.fill_login(email, password)
        self.press("Log in")
        self.arrive()

    def fill_login(self, email: str, password: str = PASSWORD) -> None:
        self.fill("E-mail address", email)
        self.fill("Password", password)

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link).click()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def arrive(self) -> None:
        """Wait until the portal has her logged in."""
        expect(self.menu).to_be_visible()

    def verify_email(self, email: str) -> None:
        """Do what the link in Auth0's e-mail does."""
        self.page.goto(f"{self.portal_url}/u/email-verification")
        self.fill("E-mail address", email)
        self.press("Verify")
        expect(self.page.get_by_role("status")).to_contain_text(email)

    def log_out(self) -> None:
        self.menu.click()
        self.page.get_by_role("menuitem", name="Logout").click()
        expect(self.page.get_by_role("button", name="Login")).to_be_visible()

    def open_keys(self) -> None:
        self.menu.click()
        self.page.get_by_role("menuitem", name="API Keys").click()
        expect(self.heading("API Keys")).to_be_visible()

    def key(self) -> str:
        """Read her only key."""
        (key,) = self.keys(1)
        return key

    def keys(self, number: int) -> list[str]:
        """Reveal and read this many keys, in the page's order."""
        self.open_keys()
        secrets = self.page.get_by_role(
            "button", name=re.compile("(Reveal|Hide) secret")
        )
        expect(secrets).to_have_count(number)
        masked = self.page.get_by_role("button", name="Reveal secret")
        for _ in range(masked.count()):
            masked.first.click()
        shown = self.page.get_by_text(KEY)
        expect(shown).to_have_count(number)
        return shown.all_inner_texts()

    def roll_key(self) -> None:
        self.open_keys()
        self.press("Roll key")
        self.press("Roll Key")

    def see(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_be_visible()

    def access_token(self) -> str:
        """Take the token that the portal keeps in the browser."""
        state: Any = self.page.evaluate("JSON.parse(localStorage['auth-state'])")
        return str(state["state"]["providerData"]["accessToken"])

    @property
    def menu(self) -> Locator:
        """The button with her name."""
        return self.page.get_by_role("button", name=NAME)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)
