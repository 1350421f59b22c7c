"""The practice site in a real browser: phones (390 px) with photos of printed sheets, and the class board."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fakeforms import Camera, photograph
from gladi.bimtek.model import Trainee
from gladi.bimtek.serving.choosing import Asked
from gladi.bimtek.serving.lesson import Lesson, open_lesson
from gladi.bimtek.serving.running import Opened, open_class
from gladi.bimtek.serving.trainer import link
from gladi.bimtek.serving.visitor import Visitor
from tests.browser.chromium import chromium
from tests.browser.devtools import Tab, tab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PASSWORD = "rahasia-1"
CARE = Camera(scene="siang", megapixels=8.0)
READ_S = 40.0


@dataclass
class Class:
    """A class that runs; every test takes a trainee of its own."""

    opened: Opened
    lesson: Lesson
    free: list[Trainee]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    chromium()
    folder = tmp_path_factory.mktemp("kelas")
    for one in (folder, *folder.parents[:2]):
        one.chmod(0o755)  # PostgreSQL runs as nobody where we are root
    with open_class(Asked(out=folder / "out", trainees=8, port=0)) as opened:
        lesson = open_lesson(opened.pack)
        yield Class(opened, lesson, list(lesson.pack.trainees))


@dataclass
class Phone:
    """A trainee with a phone in the hand."""

    page: Tab
    room: Class
    trainee: Trainee
    folder: Path

    def activate(self, url: str = "") -> None:
        """Scan the card and choose a password."""
        one = self.trainee
        self.open(url or link(self.room.opened.url, one.account, one.activation_code))
        self.there("#ulang")
        self.page.run(f"document.getElementById('sandi').value = {PASSWORD!r}")
        self.page.run(f"document.getElementById('ulang').value = {PASSWORD!r}")
        self.page.run("document.getElementById('borang').requestSubmit()")
        self.there(".daftar")

    def open(self, url: str) -> None:
        self.page.open("about:blank", 390, 844, phone=True)
        self.page.open(url, 390, 844, phone=True)

    def there(self, selector: str, patience_s: float = 15.0) -> None:
        self.page.until(f"document.querySelector({selector!r}) !== null", patience_s)

    def tap(self, words: str, within: str = "body") -> None:
        """A button by what it says."""
        buttons = f"[...document.querySelectorAll({within + ' button'!r})]"
        found = f"{buttons}.find((one) => one.textContent.startsWith({words!r}))"
        self.page.until(f"{found} !== undefined")
        self.page.run(f"{found}.click()")

    def begin(self, number: int) -> None:
        """An exercise out of the list, and its practical part."""
        self.page.run(f"document.querySelectorAll('.latihan')[{number - 1}].click()")
        self.there(".kartu")
        self.tap("Coba lagi" if self.says("Coba lagi", ".kartu") else "Mulai")
        self.there("#halaman-1")

    def says(self, words: str, within: str = "body") -> bool:
        return bool(self.page.run(f"document.querySelector({within!r}).textContent.includes({words!r})"))

    def photo(self, page: int, *, shown: int = 0, camera: Camera = CARE) -> None:
        """Point the camera at a page (or another one)."""
        order = self.room.lesson.order(self.trainee)
        path = self.folder / f"{self.trainee.id}-{page}-{len(list(self.folder.iterdir()))}.jpg"
        path.write_bytes(photograph(order, shown or page, camera).jpeg)
        self.page.choose_file(f"#halaman-{page} input[type=file]", path)
        self.there(f"#halaman-{page} .pratinjau, #halaman-{page} .selesai")
        self.page.until("!document.getElementById('kabar').textContent.includes('Mengecilkan')")

    def fill(self, page: int, changes: Mapping[str, int] | None = None) -> None:
        """Type the numbers of a page."""
        numbers = {**self.room.lesson.own_numbers(self.trainee.id, page), **(changes or {})}
        for field, value in numbers.items():
            self.page.run(
                f"(() => {{ const one = document.querySelector('#halaman-{page} [data-isian={field}]');"
                f" one.value = {value}; one.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
            )

    def send(self, page: int) -> None:
        self.tap("Simpan dan kirim", f"#halaman-{page}")

    def stored(self, page: int) -> None:
        self.page.until(f"document.querySelector('#halaman-{page} .selesai') !== null")

    def icons(self, page: int) -> list[bool]:
        """Camera, cloud, tick: lit or not."""
        found: list[bool] = self.page.run(
            f"[...document.querySelectorAll('#halaman-{page} .ikon')]"
            ".map((one) => one.classList.contains('nyala'))"
        )
        return found

    def finish(self) -> dict[str, str]:
        """Ask for the mark; part -> class of how it went, and all that was said."""
        self.tap("Selesai, minta nilai")
        self.there(".besar", READ_S)
        found: dict[str, str] = json.loads(
            self.page.run(
                "JSON.stringify(Object.fromEntries("
                "[...document.querySelectorAll('.bagian li')].map((one) => ["
                "one.querySelector('h4').textContent.slice(2)"
                ".replace(/ (Baik|Sebagian|Perlu diperbaiki)$/, ''),"
                "one.className + ': ' +"
                " [...one.querySelectorAll('p')].map((p) => p.textContent).join(' ')])))"
            )
        )
        return found

    def fits(self) -> bool:
        return bool(self.page.run("document.documentElement.scrollWidth <= 390"))


@pytest.fixture
def phone(room: Class, tmp_path: Path) -> Iterator[Phone]:
    with tab(tmp_path / "profile") as page:
        folder = tmp_path / "foto"
        folder.mkdir()
        yield Phone(page, room, room.free.pop(), folder)


def test_the_whole_way_of_a_trainee_with_a_good_a_blurred_and_a_wrong_page(phone: Phone) -> None:
    phone.activate()
    assert phone.says("SIMULASI") and phone.fits()
    assert not phone.page.run("location.href").endswith(phone.trainee.activation_code)
    phone.begin(3)
    assert phone.icons(1) == [False, False, False]
    phone.photo(1)
    assert phone.icons(1) == [True, False, False]
    assert 0 < phone.page.run("document.querySelector('.pratinjau').naturalHeight") <= 1600
    phone.fill(1)
    phone.send(1)
    phone.stored(1)
    assert phone.icons(1) == [True, True, False]
    phone.photo(2, camera=Camera(scene="siang", faults={"blurred": 1.0}))
    votes = phone.room.lesson.own_numbers(phone.trainee.id, 2)
    phone.fill(2, {"suara_1": votes["suara_1"] + 1})
    phone.send(2)
    phone.stored(2)
    phone.photo(3, shown=1)
    phone.fill(3)
    phone.send(3)
    phone.stored(3)
    phone.tap("Sesuai", "#akhir")
    phone.page.until("document.querySelector('#akhir .selesai') !== null")
    assert phone.icons(1) == [True, True, True]
    mark = phone.finish()
    assert "diminta halaman 3, yang terpotret halaman 1" in mark["Lembar dan halaman"]
    assert "Halaman 2: foto kabur" in mark["Mutu foto"]
    assert "Suara pasangan calon nomor 1" in mark["Angka"]
    assert mark["Penjumlahan"].startswith("kurang")
    assert mark["Dikirim satu kali"].startswith("baik")
    assert mark["Sesuai atau tidak sesuai"].startswith("kurang"), "he agreed to a wrong number"
    assert phone.fits()
    assert phone.page.errors == []
    home = urlsplit(phone.room.opened.url).netloc
    foreign = [url for url in phone.page.requests if urlsplit(url).scheme.startswith("http")]
    assert {urlsplit(url).netloc for url in foreign} == {home}


def test_offline_then_online_with_a_reload_of_nothing_lost(phone: Phone) -> None:
    phone.activate()
    phone.begin(5)
    phone.page.connected(yes=False)
    phone.page.until("document.getElementById('sambungan').className === 'putus'")
    for page in phone.room.lesson.pack.pages:
        phone.photo(page)
        phone.fill(page)
        phone.send(page)
        phone.page.until(f"document.querySelector('#halaman-{page} .kirim') !== null")
        assert phone.icons(page) == [True, False, False]
    assert phone.says("Tersimpan di ponsel", "#halaman-3")
    phone.page.connected(yes=True)
    for page in phone.room.lesson.pack.pages:
        phone.stored(page)
        assert phone.icons(page) == [True, True, False]
    phone.tap("Sesuai", "#akhir")
    phone.page.until("document.querySelector('#akhir .selesai') !== null")
    mark = phone.finish()
    assert all(told.startswith("baik") for told in mark.values()), mark
    assert "Luring" in mark
    assert phone.page.errors == []

    # And what he photographed there is what he corrects next: one number was misread.
    phone.tap("Daftar latihan")
    phone.there(".daftar")
    phone.begin(6)
    phone.page.until("document.querySelector('#akhir .dua') !== null")
    phone.tap("Tidak sesuai", "#akhir")
    phone.page.until("document.querySelector('#akhir .selesai') !== null")
    phone.tap("Perbaiki angka", "#halaman-2")
    phone.fill(2)
    phone.page.run("document.getElementById('alasan-2').value = 'Salah terbaca, di plano tertulis lain'")
    phone.tap("Kirim perbaikan", "#halaman-2")
    phone.page.until("document.getElementById('kabar').textContent.includes('Perbaikan tersimpan')")
    mark = phone.finish()
    assert all(told.startswith("baik") for told in mark.values()), mark
    assert phone.page.errors == []


def test_a_reload_in_the_middle_keeps_photo_numbers_and_what_waits(phone: Phone) -> None:
    phone.activate()
    phone.begin(3)
    phone.photo(1)
    phone.fill(1)
    url = phone.room.opened.url
    phone.open(f"{url}/")
    phone.there(".daftar")
    assert phone.says("masih terbuka", "#kabar")
    phone.page.run("document.querySelectorAll('.latihan')[2].click()")
    phone.tap("Lanjutkan")
    phone.there("#halaman-1 .pratinjau")
    assert phone.icons(1) == [True, False, False]
    dpt = phone.room.lesson.own_numbers(phone.trainee.id, 1)["dpt_l"]
    assert phone.page.run("document.querySelector('[data-isian=dpt_l]').value") == str(dpt)
    phone.send(1)
    phone.stored(1)
    assert phone.page.errors == []


def test_the_page_opens_anew_without_a_connection_where_the_browser_keeps_it(phone: Phone) -> None:
    """This machine counts as secure, as https does: a service worker is allowed."""
    phone.activate()
    phone.begin(5)
    phone.page.until("navigator.serviceWorker.getRegistration().then((one) => Boolean(one && one.active))")
    assert phone.page.run("caches.match('/').then((one) => one.text()).then((t) => t.includes('SIMULASI'))")
    phone.page.connected(yes=False)
    phone.open(f"{phone.room.opened.url}/")
    phone.there(".daftar")
    phone.page.run("document.querySelectorAll('.latihan')[4].click()")
    phone.tap("Lanjutkan")
    phone.there("#halaman-1")
    phone.photo(1)
    phone.fill(1)
    phone.send(1)
    assert phone.icons(1) == [True, False, False]
    phone.page.connected(yes=True)
    phone.stored(1)


def test_a_page_sent_again_and_a_file_that_is_no_photo_are_refused_kindly(phone: Phone) -> None:
    phone.activate()
    phone.begin(3)
    broken = phone.folder / "rusak.jpg"
    broken.write_bytes(b"ini bukan foto")
    phone.page.choose_file("#halaman-1 input[type=file]", broken)
    phone.page.until("document.getElementById('kabar').textContent.includes('bukan foto')")
    for page in phone.room.lesson.pack.pages:
        phone.photo(page)
        phone.fill(page)
        if page == 1:
            phone.page.run("document.querySelector('#halaman-1 [data-isian=dpt_j]').value = ''")
            phone.send(page)
            assert phone.says("Masih ada kotak kosong", "#kabar")
            phone.fill(page)
        phone.send(page)
        phone.stored(page)
    phone.photo(1)
    phone.tap("Kirim lagi", "#halaman-1")
    phone.page.until("document.getElementById('kabar').textContent.includes('ditolak')")
    assert phone.says("Halaman ini sudah dikirim", "#halaman-1")
    phone.tap("Sesuai", "#akhir")
    phone.page.until("document.querySelector('#akhir .selesai') !== null")
    mark = phone.finish()
    assert mark["Dikirim satu kali"].startswith("sebagian: Halaman 1 dikirim dua kali")
    assert [error for error in phone.page.errors if "status of 409" not in error] == []


def test_a_second_phone_is_refused_until_the_trainer_frees_the_account(phone: Phone) -> None:
    phone.activate()
    one, url = phone.trainee, phone.room.opened.url
    other = Visitor(url, "hp-lain")
    assert other.login(one.account, PASSWORD).content["code"] == "device_differs"

    phone.open(f"{url}/pelatih")
    phone.there("#kode")
    phone.page.run(f"document.getElementById('kode').value = {phone.room.opened.trainer_code!r}")
    phone.page.run("document.getElementById('borang').requestSubmit()")
    phone.there(
        f"#peserta-{one.id} button".replace("#peserta-", "[id='peserta-").replace(" button", "'] button")
    )
    phone.page.run("window.confirm = () => true")
    phone.tap("Atur ulang", f"[id='peserta-{one.id}']")
    phone.there(".kartu-kartu code")
    code = phone.page.run("document.querySelectorAll('.kartu-kartu code')[1].textContent")
    assert phone.page.run("document.querySelector('.kartu-kartu img').naturalWidth") > 0
    assert phone.fits()

    assert other.activate(one.account, code, PASSWORD).good
    assert other.get("/api/saya").good
    phone.open(f"{url}/")
    phone.there("#sandi")  # the first phone is out
    assert [error for error in phone.page.errors if "status of 401" not in error] == []


def test_the_board_is_live_on_a_desk_and_tells_common_mistakes(room: Class, tmp_path: Path) -> None:
    with tab(tmp_path / "profile") as board:
        board.open(f"{room.opened.url}/pelatih", 1280, 900)
        board.until("document.getElementById('kode') !== null")
        board.run("document.getElementById('kode').value = 'AAAA-AAAA'")
        board.run("document.getElementById('borang').requestSubmit()")
        board.until("document.getElementById('kabar').textContent.includes('salah')")
        board.run(f"document.getElementById('kode').value = {room.opened.trainer_code!r}")
        board.run("document.getElementById('borang').requestSubmit()")
        board.until("document.querySelectorAll('#tabel tbody tr').length === 8")
        board.until(
            "document.querySelector('.qr') !== null && document.querySelector('.qr').naturalWidth > 0"
        )
        one = room.free.pop()
        row = f"document.getElementById('peserta-{one.id}').textContent"
        assert "Belum aktivasi" in board.run(row)
        phone = Visitor(room.opened.url, "hp-papan")
        assert phone.activate(one.account, one.activation_code, PASSWORD).good
        board.until(f"{row}.includes('Di daftar latihan')")
        work = phone.post("/api/latihan/3/mulai").content["id"]
        jpeg = photograph(room.lesson.order(one), 1, Camera(scene="siang", faults={"upside-down": 1.0})).jpeg
        assert phone.send(work, 1, jpeg, room.lesson.own_numbers(one.id, 1)).good
        board.until(f"{row}.includes('Latihan 3: 1 dari 3 halaman')")
        phone.post(f"/api/kerja/{work}/selesai")
        board.until("document.getElementById('keliru').textContent.includes('terbalik')", READ_S)
        assert board.run("document.documentElement.scrollWidth") <= 1280
        assert [error for error in board.errors if "status of 401" not in error] == []
        csv = board.run(
            "fetch('/api/pelatih/hasil.csv', {headers: {Authorization: 'Bearer ' +"
            " localStorage['gladi-pelatih']}}).then((answer) => answer.text())"
        )
        assert one.id in csv and "Foto terbalik" in csv


def test_the_fingerprint_of_photos_is_sha256(room: Class, tmp_path: Path) -> None:
    with tab(tmp_path / "profile") as page:
        page.open(f"{room.opened.url}/", 390, 844, phone=True)
        for size in (0, 1, 55, 56, 63, 64, 65, 1000, 100_003):
            told = page.run(f"G.sidik(new Uint8Array({size}).map((_, k) => (k * 7 + {size}) % 256).buffer)")
            assert told == sha256(bytes((k * 7 + size) % 256 for k in range(size))).hexdigest()
