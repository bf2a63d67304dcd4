"""The sandbox's own pages, which a person reads: axe-core, narrow screens, the dark."""

from itertools import product

SCHEMES = ("light", "dark")
WIDTHS = (1280, 360)


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


def test_pages_pass_axe_and_fit_the_screen(visit, portal, tenant):
    tenant.add_user("taken")
    visitor = visit()
    visitor.open_login()
    page = visitor.page
    faults = {}
    for name in shown_pages(visitor):
        page.evaluate(portal.axe.read_text())
        for scheme, width in product(SCHEMES, WIDTHS):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 720})
            found = page.evaluate("axe.run()")["violations"]
            seen = [f"{it['id']}: {it['nodes'][0]['html']}" for it in found]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                seen.append("is wider than the screen")
            faults[name, scheme, width] = seen
    assert len(faults) == 6 * 4
    assert not any(faults.values()), faults


def test_pages_are_dark_where_the_reader_wants_them_dark(visit):
    visitor = visit()
    page = visitor.page
    page.goto(f"{visitor.portal_url}/u/email-verification")
    shades = set()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        shades.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(shades) == 2
