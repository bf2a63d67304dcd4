"""What a user of the portal does and sees, in a browser of their own."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, expect

from sandbox.commands.clouds import PASSWORD
from tests.toolkit.patience import PATIENCE_SECONDS, until

NAME = "Ada Lovelace"
KEY = re.compile(r"^zpka_\w+$")
MOMENT_MS = 3000
"""How long one attempt may wait before the next one."""


def act_until(outcome: Locator, act: Callable[[], object]) -> None:
    """Act again until the outcome shows: the portal may swallow a click.

    A click on the menu right after it closed opens nothing, however long one waits.
    """

    def has_acted() -> bool:
        try:
            act()
            expect(outcome).to_be_visible(timeout=MOMENT_MS)
        except (AssertionError, PlaywrightError):
            # The attempt may have failed because an earlier one succeeded late.
            return outcome.is_visible()
        return True

    until(has_acted)


class Visitor:
    """A browser's page at the portal."""

    def __init__(self, page: Page, portal_url: str) -> None:
        self.page = page
        self.portal_url = portal_url

    def open_login(self) -> None:
        """Go from the portal to the identity provider's page."""
        self.page.goto(self.portal_url)
        self.press_until("Login", self.heading("Log in"))

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

    def press_until(self, name: str, outcome: Locator) -> None:
        """Press a button that may be pressed again, until its outcome shows."""
        button = self.page.get_by_role("button", name=name, exact=True)
        act_until(outcome, lambda: button.click(timeout=MOMENT_MS))

    def arrive(self) -> None:
        """Wait until the portal has them logged in."""
        expect(self.menu).to_be_visible()

    def verify_email(self, email: str) -> None:
        """Do what the link in Auth0's e-mail does."""
        self.page.goto(f"{self.portal_url}/u/email-verification")
        self.fill("E-mail address", email)
        self.press("Verify")
        expect(self.page.get_by_role("status")).to_contain_text(email)

    def log_out(self) -> None:
        self.choose("Logout", self.page.get_by_role("button", name="Login"))

    def open_keys(self) -> None:
        self.choose("API Keys", self.heading("API Keys"))

    def choose(self, item: str, outcome: Locator) -> None:
        """Choose an item of the menu until its outcome shows."""
        chosen = self.page.get_by_role("menuitem", name=item)

        def open_and_choose() -> None:
            if self.menu.get_attribute("aria-expanded", timeout=MOMENT_MS) != "true":
                self.menu.click(timeout=MOMENT_MS)
            chosen.click(timeout=MOMENT_MS)

        act_until(outcome, open_and_choose)

    def key(self) -> str:
        """Read their only key."""
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
        shown = self.page.get_by_text(KEY)
        for revealed in range(shown.count(), number):
            act_until(
                shown.nth(revealed),
                lambda: masked.first.click(timeout=MOMENT_MS),
            )
        expect(shown).to_have_count(number)
        return shown.all_inner_texts()

    def roll_key(self) -> None:
        self.open_keys()
        confirm = self.page.get_by_role("button", name="Roll Key", exact=True)
        self.press_until("Roll key", confirm)
        # Once only: another click could roll the key again.
        confirm.click()

    def see_no_key(self) -> None:
        self.open_keys()
        self.see("You have no API keys yet.")

    def open_playground(self) -> None:
        """Open it for the only route, once the portal knows what to offer there."""
        link = self.page.get_by_role("link", name="API", exact=True)
        # The button bears nothing but a picture.
        button = self.page.locator("aside button:has(svg.lucide-play)")
        consumers = re.compile(r"/v2/client/[^/]+/consumers$")
        with self.page.expect_response(consumers, timeout=PATIENCE_SECONDS * 1000):
            act_until(button, lambda: link.click(timeout=MOMENT_MS))
        send = self.playground.get_by_role("button", name="Send")
        act_until(send, lambda: button.click(timeout=MOMENT_MS))

    def offered(self) -> list[str]:
        """Read for which consumers the playground would call the route."""
        found = self.playground.get_by_text(re.compile("^c-[0-9a-f]{32}$"))
        return found.all_inner_texts()

    def call_as(self, consumer: str) -> None:
        """Let the playground call the route with this consumer's key."""
        self.playground.get_by_text(consumer).click()
        self.playground.get_by_role("button", name="Send").click()

    @property
    def playground(self) -> Locator:
        return self.page.get_by_role("dialog", name="Playground")

    def see(self, text: str) -> None:
        expect(self.page.get_by_text(text)).to_be_visible()

    def access_token(self) -> str:
        """Take the token that the portal keeps in the browser."""
        state: Any = self.page.evaluate("JSON.parse(localStorage['auth-state'])")
        return str(state["state"]["providerData"]["accessToken"])

    @property
    def menu(self) -> Locator:
        """The button with their name."""
        return self.page.get_by_role("button", name=NAME)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)
