import os
from pathlib import Path
import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Investigator
OUT=Path("/tmp/shots")
SIZES={"phone":{"width":360,"height":740},"wide":{"width":1280,"height":900}}
@pytest.mark.parametrize("size",SIZES)
@pytest.mark.parametrize("scheme",["light","dark"])
@pytest.mark.parametrize("lang",os.environ.get("LANGS","sv").split())
def test_shots(live_site,new_context,size,scheme,lang):
    ctx=new_context(viewport=SIZES[size],color_scheme=scheme)
    page=ctx.new_page()
    page.on("pageerror", lambda e: print("PAGEERR", e))
    def shot(name, full=True):
        page.screenshot(path=OUT/f"{name}-{size}-{scheme}{'' if lang=='sv' else '-'+lang}.png",full_page=full)
    u=live_site.url
    sv=lang=="sv"
    page.goto(u+f"/{lang}/"); shot("01-start")
    page.goto(u+f"/{lang}/ledning"); shot("02-ledning")
    page.goto(u+f"/{lang}/anmal")
    send=page.locator("#send")
    expect(send).to_be_enabled(); shot("03-report")
    page.locator("#questions > summary").click()
    for q in ("form","already_told"):
        page.locator(f"[data-question={q}] > summary").click()
    page.get_by_label("Direkt hot" if sv else "Direct threat").check(); page.get_by_label("Chef" if sv else "Manager",exact=True).check()
    page.locator("#narrative").fill("Någon följer efter mig hem från jobbet.\n\nDet har hänt tre gånger nu.")
    page.get_by_role("checkbox",name="Utredare 2").check()
    shot("04-report-open")
    page.locator("#narrative").fill("")
    send.click(); shot("05-report-empty")
    page.locator("#narrative").fill("Någon följer efter mig hem från jobbet.\n\nDet har hänt tre gånger nu.")
    ctx.set_offline(True)
    send.click(); 
    page.wait_for_timeout(400); shot("06-report-sending")
    expect(page.locator("main")).to_have_attribute("data-state","failed",timeout=20000); shot("07-report-failed")
    ctx.set_offline(False)
    page.get_by_role("button",name="Försök igen" if sv else "Try again").click() if page.locator("#retry").is_visible() else None
    expect(page.locator("main")).to_have_attribute("data-state","sent",timeout=20000); shot("08-sent")
    words=page.locator("#words li").all_inner_texts()
    page.get_by_role("button",name="Klar" if sv else "Done").click(); shot("09-sent-error")
    for box in page.locator("#content input[type=text]").all():
        n=int(box.evaluate("e => e.labels[0].textContent").split()[-1]); box.fill(words[n-1])
    page.get_by_role("button",name="Klar" if sv else "Done").click(); shot("10-done")
    page.goto(u+f"/{lang}/kvitto"); expect(page.locator("#show")).to_be_enabled(); shot("11-ask")
    page.locator("#receipt").fill(" ".join(["xyzzy",*words[1:]])); page.locator("#show").click(); shot("12-ask-error")
    def look(w):
        page.goto(u+f"/{lang}/kvitto"); page.locator("#receipt").fill(" ".join(w)); page.locator("#show").click()
    look(words); expect(page.locator("main")).to_have_attribute("data-state","found"); shot("13-found-stored")
    inv=Investigator(live_site); inv.open(); inv.reply("Hej. Tack för att du berättar. Det du beskriver tar vi på allvar.\n\nKan du säga om det händer på samma plats varje gång? Skriv bara det du vill."); inv.status("investigating")
    look(words); expect(page.locator("main")).to_have_attribute("data-state","found"); shot("14-found-answered")
    page.locator("#more").fill("Ja, det är samma plats."); send.click() if False else page.locator("#send").click()
    expect(page.locator("#send-status")).not_to_have_text(""); expect(page.locator("main")).to_have_attribute("data-state","found"); shot("15-found-sent-more")
    inv.open(); inv.status("closed","safety_measure","Vi har ordnat larm och ändrat rutinen för hemgång. Polisanmälan är gjord av arbetsgivaren.")
    look(words); expect(page.locator("main")).to_have_attribute("data-state","found"); shot("16-found-closed")
    from reporting_app.crypto import receipt
    other=receipt.to_words(receipt.generate()).split()
    look(other); expect(page.locator("main")).to_have_attribute("data-state","notfound"); shot("17-notfound")
    page.goto(u+f"/{lang}/finns-inte"); shot("18-missing")
    page.route("**/report-*.js", lambda r: r.abort()); page.goto(u+f"/{lang}/anmal"); shot("19-blocked")
    ctx2=new_context(viewport=SIZES[size],color_scheme=scheme,java_script_enabled=False); page=ctx2.new_page()
    page.goto(u+f"/{lang}/anmal"); shot("20-noscript")
