"""How a page is looked at: letters told from their ground, what is on the screen, what axe-core says."""

from pathlib import Path
from typing import Any

from tests.browser.devtools import Tab

AXE = Path(".tools/axe/axe.min.js")
"""Fetched by tools/axe.sh; without it our own checks stand alone."""

LEAST = 4.5
"""Contrast of text and ground (WCAG 2.2, 1.4.3), asked of large letters too."""

_FAINT = """(() => {
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, below) => {
    const a = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map((k) => top[k] * a + below[k] * (1 - a));
  };
  const ground = (node) => {
    const seen = [];
    for (let one = node; one; one = one.parentElement) {
      const found = parts(getComputedStyle(one).backgroundColor);
      if (found.length > 3 && found[3] === 0) continue;
      seen.push(found);
      if (found.length === 3 || found[3] === 1) break;
    }
    return seen.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (rgb) => rgb.map((v) => linear(v / 255))
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), out = [];
  let looked = 0;
  while (walk.nextNode()) {
    const words = walk.currentNode.textContent.trim(), box = walk.currentNode.parentElement;
    if (!words || !box.checkVisibility({visibilityProperty: true})) continue;
    if (["SCRIPT", "STYLE", "TITLE", "title", "desc"].includes(box.tagName)) continue;
    const style = getComputedStyle(box);
    const ink = parts(box instanceof SVGElement ? style.fill : style.color), paper = ground(box);
    const [a, b] = [light(over(ink, paper)), light(paper)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    looked += 1;
    if (contrast < %s) out.push(`${words.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return {looked, out};
})()"""

_WITHIN = """(() => [...document.querySelectorAll(%r)].map((one) => one.getBoundingClientRect())
  .map((box) => box.width > 0 && box.top >= 0 && box.bottom <= innerHeight
    && box.left >= 0 && box.right <= innerWidth))()"""

_AXE = """axe.run(document,
  {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
  .then((found) => found.violations.map((one) => `${one.id}: ${one.help}: `
    + one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")))"""


def faint(page: Tab) -> list[str]:
    """Words that have too little contrast; fails where there is nothing to look at."""
    found: dict[str, Any] = page.run(_FAINT % LEAST)
    assert found["looked"] > 10
    return list(found["out"])


def within(page: Tab, selector: str) -> list[bool]:
    """For each element, in order, whether the whole of it is on the screen now."""
    return list(page.run(_WITHIN % selector))


def complaints(page: Tab) -> list[str]:
    """What axe-core finds, in a line each; [] where it was not fetched."""
    if not AXE.is_file():
        return []
    page.run(AXE.read_text(encoding="utf-8") + "; 0")
    return list(page.run(_AXE))
