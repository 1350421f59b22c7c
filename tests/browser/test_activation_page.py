"""The page of an activation link in a real browser, under its own Content-Security-Policy."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from sirekap.api.activation import PAGE, PAGE_HEADERS
from sirekap.titles import TITLES
from tests.browser.chromium import Served, text_after_scripts

pytestmark = pytest.mark.browser

LINK = "/activate#akun=1708042001001-1&kode=abcd-efgh-jkmn"

_DRIVING = """<!DOCTYPE html><link rel="icon" href="data:,"><pre id="found">nothing</pre><script>
const page = window.open("%s"), field = (name) => page.document.getElementById(name);
page.addEventListener("load", () => {
  const found = {sent: [], told: [], filled: ["akun", "kode", "perangkat"].map((name) => field(name).value),
                 address: page.location.href, font: page.getComputedStyle(page.document.body).fontFamily};
  const tell = () => { document.getElementById("found").textContent = JSON.stringify(found); };
  const real = page.fetch;
  page.fetch = (path, request) => {
    found.sent.push([path, JSON.parse(request.body)]);
    return real(path, request);
  };
  const notice = new page.MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) found.told.push(node.textContent);
    tell();
  });
  notice.observe(field("kabar"), {childList: true});
  field("perangkat").value = "ponsel-1";
  field("sandi").value = "rahasia-sekali";
  for (const repeated of ["rahasia-sekalj", "rahasia-sekali"]) {
    field("ulang").value = repeated;
    field("formulir").requestSubmit();
  }
  tell();
});
</script>"""


def driven(answer: Served, profile: Path) -> dict[str, Any]:
    """Open the link, repeat the password wrongly and then rightly, send; what was sent and told."""

    def site(path: str) -> Served:
        if path == "/driving.html":
            return Served((_DRIVING % LINK).encode())
        if path == "/activate":
            return Served(PAGE.encode(), headers={"Content-Type": "text/html; charset=utf-8", **PAGE_HEADERS})
        return answer if path == "/v1/activate" else Served(b"", 404)

    text = re.search(
        r'<pre id="found">(.*?)</pre>', text_after_scripts(site, "/driving.html", profile), re.DOTALL
    )
    assert text and text[1] != "nothing", "the page did not load within the time given"
    found: dict[str, Any] = json.loads(html.unescape(text[1]))
    return found


def problem(status: int, code: str) -> Served:
    content = {"title": TITLES[code], "status": status, "code": code}
    return Served(json.dumps(content).encode(), status, {"Content-Type": "application/problem+json"})


def test_the_link_fills_in_account_and_code_and_leaves_no_trace_of_them(tmp_path: Path) -> None:
    answer = Served(b'{"account": "1708042001001-1"}', 200, {"Content-Type": "application/json"})
    found = driven(answer, tmp_path / "profile")
    assert found["filled"] == ["1708042001001-1", "abcd-efgh-jkmn", ""]
    assert found["address"].endswith("/activate"), "the code is out of the address and of the history"
    assert found["sent"] == [
        [
            "/v1/activate",
            {
                "account": "1708042001001-1",
                "activation_code": "abcd-efgh-jkmn",
                "device": "ponsel-1",
                "password": "rahasia-sekali",
            },
        ]
    ]
    assert "tidak sama" in found["told"][0], "nothing was sent of two different passwords"
    assert "sudah aktif" in found["told"][-1]
    assert found["font"] == "sans-serif", "its style is let through by its own policy"


def test_a_refusal_is_shown_in_the_words_of_the_server(tmp_path: Path) -> None:
    found = driven(problem(403, "wrong_activation_code"), tmp_path / "profile")
    assert found["told"][-1] == TITLES["wrong_activation_code"]
