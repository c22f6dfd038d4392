from playwright.sync_api import Page, expect
from tests.browser.conftest import *


def test_walk(live_site, page):
    page.on("console", lambda m: print("CONSOLE", m.type, m.text))
    page.on("pageerror", lambda e: print("PAGEERR", e))
    page.goto(live_site.url + "/")
    print(page.url)
    page.get_by_role("link", name="Berätta").first.click()
    page.get_by_role("textbox", name="Vad har hänt?").fill("Någon följer efter mig.")
    expect(page.get_by_role("button", name="Skicka")).to_be_enabled()
    page.get_by_role("button", name="Skicka").click()
    expect(page.locator("main")).to_have_attribute("data-state", "sent", timeout=20000)
    words = page.locator("#words li").all_inner_texts()
    print(words)
    for box in page.locator("#content input[type=text]").all():
        n = int(box.evaluate("e => e.labels[0].textContent").split()[-1])
        box.fill(words[n - 1])
    page.get_by_role("button", name="Klar").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tack")
    page.goto(live_site.url + "/sv/kvitto")
    page.get_by_role("textbox", name="Ditt kvitto").fill(" ".join(words))
    page.get_by_role("button", name="Visa").click()
    expect(page.locator("main")).to_have_attribute("data-state", "found", timeout=20000)
    print(page.locator("main").inner_text())
