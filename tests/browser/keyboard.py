"""Going through a page with the Tab key, always seeing where one is."""

from __future__ import annotations

from playwright.sync_api import Page

FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const outlined = one.closest('.way') === null ? style : getComputedStyle(one, '::after');
  const bar = document.querySelector('.bar').getBoundingClientRect();
  const sticks = getComputedStyle(document.querySelector('.bar')).position === 'sticky';
  const inBar = !sticks || one.closest('.bar, .skip') !== null;
  return {
    name: (one.getAttribute('aria-label') ?? one.innerText ?? '').trim(), id: one.id, tag: one.tagName,
    visible: outlined.outlineStyle !== 'none' && parseFloat(outlined.outlineWidth) >= 2,
    clear: inBar || (box.bottom > bar.bottom && box.top < innerHeight),
  };
}"""


def tab_to(page: Page, wanted: str) -> None:
    """Tab until the focus is on what has this name or id; on the way, focus is always to be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["tag"] == "BODY":
            continue
        assert focus["visible"], f"no focus ring on {focus}"
        assert focus["clear"], f"focus hidden: {focus}"
        if focus["id"].startswith(wanted) or focus["name"].startswith(wanted):
            return
    raise AssertionError(f"never reached {wanted}")
