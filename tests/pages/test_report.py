"""Reports in a browser: they ask for nothing, fit their window, and answer mouse and keyboard."""

import pytest

NAMES = ("flawed", "clean", "odd")
WIDTHS = (1280, 768, 390, 320)

# Elements with text of their own that reach beyond the window, or hide text in a box too small for
# it. Tables and code may be wider where they can be scrolled by themselves.
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(element => {
  if (!element.checkVisibility() || element.closest('.scroll, pre, nav, svg')) return false
  const box = element.getBoundingClientRect()
  return box.right > innerWidth + 1 || box.left < -1
}).map(element => element.outerHTML.slice(0, 99))"""

# Pairs of elements with text that lie on each other, of one parent.
OVERLAPS = """() => {
  const found = []
  for (const parent of document.querySelectorAll('body *')) {
    if (!parent.checkVisibility() || parent.closest('svg')) continue
    const own = [...parent.children].filter(one => one.innerText?.trim() && one.checkVisibility())
    for (let k = 1; k < own.length; k++) {
      const a = own[k - 1].getBoundingClientRect(), b = own[k].getBoundingClientRect()
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (getComputedStyle(own[k]).display !== 'inline' && across > 2 && down > 2)
        found.push(own[k - 1].outerHTML.slice(0, 60) + ' / ' + own[k].outerHTML.slice(0, 60))
    }
  }
  return found
}"""

# The contrast of each text to what is behind it, where that is one colour (WCAG 2, 1.4.3).
FAINT = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true})
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0)
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor)
      if (colour[3] > 200) return colour
    }
    return [255, 255, 255, 255]
  }
  const found = []
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(one => one.nodeType === 3 && one.data.trim())
    if (!own || !element.checkVisibility() || element.closest('svg, script, style')) continue
    const [a, b] = [rgba(getComputedStyle(element).color), behind(element)].map(light)
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5) found.push(ratio.toFixed(2) + ' ' + element.outerHTML.slice(0, 99))
  }
  return found
}"""


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_asks_for_nothing_and_can_be_read(show, name, colours):
    page = show(name, colours=colours)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    loaded = "[...document.images].every(one => one.complete && one.naturalWidth)"
    page.wait_for_function(loaded)
    assert page.said == [page.url[:80]]
    assert page.evaluate(FAINT) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(247, 247, 245)" if colours == "light" else "rgb(19, 20, 23)"
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_fits_the_window(show, name, width):
    page = show(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(OVERLAPS) == []


def test_the_first_screen_has_findings_with_pictures(show):
    page = show("flawed")
    cards = page.locator(".card")
    assert cards.count() > 4
    for card in cards.all():
        assert card.locator("p").first.inner_text()
        assert card.locator("img, .heat, .bars").count()
    assert cards.first.bounding_box()["y"] < 300
    assert page.locator(".chip").all_inner_texts() == [
        f"{page.locator('.card.wrong').count()} wrong",
        f"{page.locator('.card.note').count()} worth knowing",
    ]
    assert show("clean").locator(".clean").inner_text().startswith("Nothing stands out.")


def test_charts_and_tables_have_titles(show):
    page = show("flawed")
    for figure in page.locator("figure").all():
        assert figure.locator("figcaption").inner_text()
    untitled = "table.heat:not(:has(caption)), table.numbers:not(:has(th))"
    assert page.locator(untitled).count() == 0
    assert page.locator("img:not([alt]), svg:not([aria-label]):not([aria-hidden])").count() == 0


def test_filters(show):
    page = show("flawed")
    views, said = page.locator(".view"), page.locator("#said")
    count = views.count()
    assert said.inner_text() == f"{count} of {count} shown"
    page.fill("#find", "TRAIN gem")
    left = page.locator(".view:visible")
    assert 0 < left.count() < count
    assert said.inner_text() == f"{left.count()} of {count} shown"
    for text in left.locator("p").all_inner_texts():
        assert "train" in text
        assert "gem" in text
    page.fill("#find", "no such trait")
    assert left.count() == 0
    page.fill("#find", "")
    assert left.count() == count


@pytest.mark.parametrize(("key", "sign"), [("index", 1), ("rarity", -1), ("seen", 1)])
def test_sorts(show, key, sign):
    page = show("flawed")
    page.select_option("#sort", key)
    values = page.eval_on_selector_all(".view", f"all => all.map(one => +one.dataset.{key})")
    assert values == sorted(values, key=lambda value: sign * value)
    assert len(set(values)) > 1 or key == "seen"


@pytest.mark.parametrize(("toggle", "shape"), [("boxes", ".b"), ("masks", ".m"), ("points", ".k")])
def test_switches_labels_on_and_off(show, toggle, shape):
    page = show("flawed")
    box = page.locator(f"[data-show={toggle}]")
    first = page.locator(f".view svg {shape}").first
    for on in (True, False):
        box.set_checked(on)
        shown = first.evaluate("one => getComputedStyle(one).display")
        assert (shown != "none") == on


def test_boxes_lie_on_what_they_mark(show):
    page = show("odd", 390)  # its images are narrow, so there is room beside them
    view = page.locator(".view:has(.b)").first
    image, box = (view.locator(one).first.bounding_box() for one in ("img", ".b"))
    wide = image["height"] / 4  # of a canvas that is four times as high as wide
    left = image["x"] + (image["width"] - wide) / 2
    assert left - 2 <= box["x"]
    assert box["x"] + box["width"] <= left + wide + 2


def test_answers_the_keyboard(show):
    page = show("flawed")
    page.keyboard.press("Tab")
    focus = page.locator(":focus")
    assert focus.inner_text() == "Asked and got"
    for _ in range(6):
        page.keyboard.press("Tab")
    assert focus.inner_text() == "Images"
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('images').getBoundingClientRect().top < 400")
    page.keyboard.press("Tab")
    assert focus.get_attribute("id") == "find"
    page.keyboard.type("axe")
    assert "of" in page.locator("#said").inner_text()
    assert page.locator(".view:visible").count() < page.locator(".view").count()
    page.locator("#theme").focus()
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("Space")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    pair = page.locator("details.pair").first
    pair.locator("summary").focus()
    page.keyboard.press("Enter")
    assert pair.locator("table").is_visible()
    assert page.said == [page.url.partition("#")[0][:80]]


def test_says_all_without_scripts(show):
    page = show("flawed", java_script_enabled=False)
    assert page.locator(".card").first.is_visible()
    assert page.locator(".view").first.is_visible()
