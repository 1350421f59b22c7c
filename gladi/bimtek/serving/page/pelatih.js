/* The trainer's page: the class board, asked for again every two seconds; cards; marks as CSV; freeing an account. */
"use strict";
G.namaSesi = "pelatih";
(function () {
  var jeda = null, layar = "papan", kelas = 0, terakhir = null;

  function tombol(kata, klik, kelasnya) { return G.buat("button", { type: "button", class: kelasnya || "kedua", klik: klik }, kata); }

  function tersambung(ya) {
    G.el("sambungan").textContent = ya ? "Langsung" : "Terputus; yang tampak keadaan terakhir";
    G.el("sambungan").className = ya ? "" : "putus";
  }

  function masuk() {
    window.clearTimeout(jeda);
    layar = "masuk";
    G.ganti(G.el("layar"), G.buat("form", { class: "masuk-pelatih", id: "borang" }, [
      G.buat("h1", {}, "Papan kelas"),
      G.buat("label", { "for": "kode" }, "Kode pelatih (tertulis di terminal)"),
      G.buat("input", { id: "kode", autocomplete: "off", autocapitalize: "characters", maxlength: "40", required: true }),
      G.buat("button", { type: "submit", class: "utama" }, "Buka papan")
    ]));
    G.el("borang").addEventListener("submit", function (kejadian) {
      kejadian.preventDefault();
      G.bicara.kirim("/api/pelatih/masuk", { kode: G.el("kode").value }).then(function (jawab) {
        if (jawab.status === 200) { G.simpanan.taruh("pelatih", jawab.isi.token); G.kabar(""); papan(); return; }
        G.kabar(jawab.isi.says || "Tidak tersambung.", true);
      });
    });
  }

  function papan() {
    layar = "papan";
    G.ganti(G.el("layar"), [
      G.buat("div", { class: "atas" }, [
        G.buat("div", { class: "alamat", id: "alamat" }, G.buat("b", {}, window.location.origin)),
        G.buat("ul", { class: "angka-kelas", id: "angka", "aria-label": "Kelas ini" })
      ]),
      G.buat("h1", { id: "judul" }, "Papan kelas"),
      G.buat("div", { class: "tak-cetak" }, [
        tombol("Kartu peserta", kartu), tombol("Unduh nilai (CSV)", unduh), G.buat("span", { id: "pilih-kelas" }), tombol("Kunci papan", function () {
          G.simpanan.taruh("pelatih", null); masuk(); }, "tautan")]),
      G.buat("div", { class: "tabel", tabindex: "0", role: "region", "aria-labelledby": "judul" }, G.buat("table", { id: "tabel" })),
      G.buat("h2", { class: "rincian" }, "Yang paling sering keliru"),
      G.buat("ol", { class: "keliru", id: "keliru" })
    ]);
    terakhir = null;
    G.bicara.ambil("/api/pelatih/kartu").then(function (jawab) {
      if (jawab.status === 200 && G.el("alamat")) {
        G.ganti(G.el("alamat"), [G.gambarQr(jawab.isi.qr, "Kode QR alamat situs latihan"), G.buat("div", {}, ["Buka di ponsel:", G.buat("br"), G.buat("b", {}, jawab.isi.url)])]);
      }
    });
    lihat();
  }

  function lihat() {
    window.clearTimeout(jeda);
    if (layar !== "papan") { return; }
    G.bicara.ambil("/api/pelatih/papan").then(function (jawab) {
      if (jawab.status === 401) { masuk(); return; }
      tersambung(jawab.status === 200);
      if (jawab.status === 200 && layar === "papan") { gambar(jawab.isi); }
      jeda = window.setTimeout(lihat, 2000);
    });
  }

  function gambar(isi) {
    G.ganti(G.el("angka"), [["Peserta", isi.trainees], ["Akun aktif", isi.active], ["Sedang terhubung", isi.here], ["Selesai semua", isi.done]].map(function (satu) {
      return G.buat("li", {}, [satu[0], G.buat("b", {}, satu[1])]);
    }));
    var banyak = {};
    isi.rows.forEach(function (satu) { banyak[satu["class"]] = true; });
    var kelasKelas = Object.keys(banyak).map(Number).sort(function (a, b) { return a - b; });
    if (kelasKelas.length > 1 && !G.el("pilih-kelas").firstChild) {
      G.isi(G.el("pilih-kelas"), [0].concat(kelasKelas).map(function (nomor) {
        return tombol(nomor ? "Kelas " + nomor : "Semua kelas", function () { kelas = nomor; terakhir = null; lihat(); });
      }));
    }
    var macam = JSON.stringify([isi.rows.map(function (satu) { return [satu.id, satu.active, satu.here, satu.where, satu.exercises, satu.resets]; }), isi.mistakes, kelas]);
    if (macam === terakhir) { return; }
    terakhir = macam;
    var baris = isi.rows.filter(function (satu) { return !kelas || satu["class"] === kelas; });
    G.ganti(G.el("tabel"), [
      G.buat("caption", {}, isi.region + ". Poin terbaik per latihan; kuning: sedang dikerjakan; – : belum dicoba."),
      G.buat("thead", {}, G.buat("tr", {}, [G.buat("th", { scope: "col" }, "Meja"), G.buat("th", { scope: "col" }, "Sedang di")].concat(
        isi.exercises.map(function (satu) { return G.buat("th", { scope: "col" }, satu.number + ". " + satu.title); }),
        [G.buat("th", { scope: "col", class: "n" }, "Jumlah"), G.buat("th", { scope: "col" }, G.buat("span", { class: "tak-cetak" }, "Ponsel"))]))),
      G.buat("tbody", {}, baris.map(satuBaris))
    ]);
    G.ganti(G.el("keliru"), isi.mistakes.length ? isi.mistakes.map(function (satu) {
      return G.buat("li", {}, [G.buat("span", {}, satu.says), G.buat("progress", { max: isi.trainees, value: satu.trainees, "aria-hidden": "true" }), G.buat("b", {}, satu.trainees + " peserta")]);
    }) : G.buat("li", {}, "Belum ada."));
  }

  function satuBaris(satu) {
    return G.buat("tr", { id: "peserta-" + satu.id }, [
      G.buat("th", { scope: "row" }, satu.id),
      G.buat("td", { class: "di" }, [G.buat("span", { class: satu.here ? "titik ada" : "titik", role: "img", "aria-label": satu.here ? "terhubung" : "tidak terhubung" }), satu.where])
    ].concat(satu.exercises.map(function (sel) {
      var kelasnya = sel.state === "open" ? "sel terbuka" : sel.state === "marked" ? (sel.points >= 0.6 * sel.most ? "sel dinilai" : "sel kurang") : "sel";
      return G.buat("td", { class: kelasnya }, sel.tried && sel.state !== "open" ? sel.points + " / " + sel.most : sel.state === "open" ? "… / " + sel.most : "–");
    }), [G.buat("td", { class: "n" }, satu.points + " / " + satu.most),
      G.buat("td", { class: "ponsel tak-cetak" }, satu.active ? tombol("Atur ulang", function () { bebaskan(satu); }) : satu.resets ? "kode baru" : "")]));
  }

  function bebaskan(satu) {
    if (!window.confirm("Atur ulang akun meja " + satu.id + "? Ponsel yang lama tidak dapat dipakai lagi; nilai tetap ada.")) { return; }
    G.bicara.kirim("/api/pelatih/peserta/" + satu.id + "/bebaskan", {}).then(function (jawab) {
      if (jawab.status !== 200) { G.kabar(jawab.isi.says || "Tidak tersambung.", true); return; }
      layar = "kode";
      G.kabar("Kode baru untuk meja " + satu.id + ".");
      G.ganti(G.el("layar"), [G.buat("h1", {}, "Meja " + satu.id), G.buat("ul", { class: "kartu-kartu" }, selembar({ id: satu.id, account: jawab.isi.account, code: jawab.isi.code, qr: jawab.isi.qr })),
        tombol("‹ Papan kelas", papan)]);
    });
  }

  function selembar(satu) {
    return G.buat("li", {}, [G.buat("b", {}, "SIMULASI · meja " + satu.id), G.buat("br"), G.gambarQr(satu.qr, "Kode QR akun meja " + satu.id),
      G.buat("div", {}, "Akun"), G.buat("code", {}, satu.account), G.buat("div", {}, "Kode aktivasi"), G.buat("code", {}, satu.code)]);
  }

  function kartu() {
    G.bicara.ambil("/api/pelatih/kartu").then(function (jawab) {
      if (jawab.status !== 200) { G.kabar(jawab.isi.says || "Tidak tersambung.", true); return; }
      layar = "kartu";
      G.ganti(G.el("layar"), [G.buat("h1", {}, "Kartu peserta"), G.buat("div", { class: "tak-cetak" }, [tombol("‹ Papan kelas", papan), tombol("Cetak", function () { window.print(); })]),
        G.buat("ul", { class: "kartu-kartu" }, jawab.isi.cards.map(selembar))]);
    });
  }

  function unduh() {
    G.bicara.ambil("/api/pelatih/hasil.csv").then(function (jawab) {
      if (jawab.status !== 200) { G.kabar("Tidak tersambung.", true); return; }
      var alamat = URL.createObjectURL(new Blob(["\ufeff" + jawab.teks.replace(/^\ufeff/, "")], { type: "text/csv;charset=utf-8" }));
      var tautan = G.buat("a", { href: alamat, download: "hasil-latihan.csv" });
      document.body.appendChild(tautan);
      tautan.click();
      document.body.removeChild(tautan);
      window.setTimeout(function () { URL.revokeObjectURL(alamat); }, 10000);
    });
  }

  if (G.simpanan.ambil("pelatih")) { papan(); } else { masuk(); }
}());
