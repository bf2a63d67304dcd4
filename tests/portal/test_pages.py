"""The sandbox's own pages, which a person reads: axe-core, narrow screens, the dark."""

import pytest

WIDTHS = {"wide": 1280, "narrow": 360}


def shown_pages(visitor):
    """From the login on, show each page, with and without a fault; give their names."""
    yield "log in"
    visitor.fill_login("nobody@example.com")
    visitor.press("Log in")
    visitor.page.get_by_role("alert").wait_for()
    yield "log in, refused"
    visitor.follow("Sign up")
    visitor.heading("Sign up").wait_for()
    yield "sign up"
    visitor.fill_sign_up("taken@example.com")
    visitor.press("Sign up")
    visitor.page.get_by_role("alert").wait_for()
    yield "sign up, refused"
    visitor.follow("Log in")
    visitor.follow("Verify it")
    visitor.heading("Verify an e-mail address").wait_for()
    yield "verify"
    visitor.fill("E-mail address", "taken@example.com")
    visitor.press("Verify")
    visitor.page.get_by_role("status").wait_for()
    yield "verified"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_pass_axe_and_fit_the_screen(visit, portal, tenant, scheme, width):
    if not tenant.api("GET", '/users?q=email:"taken@example.com"'):
        tenant.add_user("taken")
    visitor = visit(color_scheme=scheme)
    visitor.open_login()
    page = visitor.page
    page.set_viewport_size({"width": WIDTHS[width], "height": 720})
    faults = {}
    for name in shown_pages(visitor):
        page.evaluate(portal.axe.read_text())
        found = page.evaluate("axe.run()")["violations"]
        faults[name] = [f"{it['id']}: {it['nodes'][0]['html']}" for it in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults[name].append("is wider than the screen")
    assert len(faults) == 6
    assert not any(faults.values()), faults


def test_pages_are_dark_where_the_reader_wants_them_dark(visit):
    shades = {}
    for scheme in ("light", "dark"):
        visitor = visit(color_scheme=scheme)
        visitor.open_login()
        shades[scheme] = visitor.page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
    assert shades["light"] != shades["dark"]
