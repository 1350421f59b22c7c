/* The trainee's page: in with the card, the list of exercises, an exercise, its photos, its mark. */
"use strict";
(function () {
  var aku = null;          /* what /api/saya said last */
  var kerja = null;        /* the attempt on the screen */
  var keadaan = {};        /* id of a sending -> {kata, bagian} */
  var layar = null;        /* draws the screen again */
  var lirik = null;

  function tampil(isi, judul) {
    window.clearTimeout(lirik);
    G.ganti(G.el("layar"), isi);
    document.title = (judul || "Latihan") + " – SIMULASI";
    window.scrollTo(0, 0);
    var kepala = G.el("layar").querySelector("h1, h2");
    if (kepala) { kepala.setAttribute("tabindex", "-1"); kepala.focus(); }
  }

  function tombol(kata, klik, kelas) { return G.buat("button", { type: "button", class: kelas || "utama", klik: klik }, kata); }

  function sambungan() {
    var putus = G.bicara.putus(), tanda = G.el("sambungan");
    tanda.textContent = putus ? "Luring: tersimpan di ponsel" : "Daring";
    tanda.className = putus ? "putus" : "";
  }

  /* A refusal, or no connection. True if the answer is good. */
  function baik(jawab) {
    if (jawab.status >= 200 && jawab.status < 300) { return true; }
    if (jawab.status === 0) { G.kabar("Tidak tersambung. Coba lagi saat ada sinyal.", true); return false; }
    if (jawab.status === 401) { G.simpanan.taruh("sesi", null); layarMasuk(jawab.isi.says); return false; }
    G.kabar(jawab.isi.says || "Ditolak server.", true);
    return false;
  }

  /* ---- in */

  function layarMasuk(kata) {
    /* A card says #akun=..&kode=.. or only the account; the code is then typed off the card. */
    var pagar = decodeURIComponent(window.location.hash.slice(1)), kartu = new URLSearchParams(pagar);
    var dariKartu = kartu.get("akun") || (/^[0-9]{13}-[0-9]$/.test(pagar) ? pagar : "");
    if (pagar) { window.history.replaceState(null, "", "/"); }
    var dikenal = G.simpanan.ambil("akun") || "";
    gambarMasuk(dariKartu || dikenal, kartu.get("kode") || "", Boolean(dariKartu) && dariKartu !== dikenal || Boolean(kartu.get("kode")), kata);
  }

  function isian(id, kata, jenis, nilai, lagi) {
    var sifat = { id: id, type: jenis, value: nilai, required: true, autocapitalize: "off", autocorrect: "off", spellcheck: "false" };
    Object.keys(lagi || {}).forEach(function (nama) { sifat[nama] = lagi[nama]; });
    return [G.buat("label", { "for": id }, kata), G.buat("input", sifat)];
  }

  function gambarMasuk(akun, kode, aktivasi, kata) {
    layar = null;
    function kirim(kejadian) {
      kejadian.preventDefault();
      var isi = { akun: G.el("akun").value.trim(), sandi: G.el("sandi").value, perangkat: G.perangkat() };
      if (aktivasi) {
        isi.kode = G.el("kode").value.trim();
        if (isi.sandi !== G.el("ulang").value) { G.kabar("Kedua kata sandi tidak sama.", true); return; }
      }
      G.kabar(aktivasi ? "Mengaktifkan …" : "Masuk …");
      G.bicara.kirim(aktivasi ? "/api/aktivasi" : "/api/masuk", isi).then(function (jawab) {
        if (jawab.status === 200) {
          G.simpanan.taruh("sesi", jawab.isi.token);
          G.simpanan.taruh("akun", isi.akun);
          G.simpanan.taruh("peserta", jawab.isi.peserta);
          G.kabar(aktivasi ? "Akun Anda aktif." : "");
          muat();
          G.antrean.jalan();
          return;
        }
        G.kabar(jawab.status === 0 ? "Tidak tersambung. Coba lagi saat ada sinyal." : jawab.isi.says, true);
        if (jawab.isi.code === "already_activated") { gambarMasuk(isi.akun, "", false); }
      });
    }
    tampil([
      G.buat("h1", {}, aktivasi ? "Aktivasi akun latihan" : "Masuk"),
      G.buat("p", {}, aktivasi ? "Periksa akun dan kode dengan kartu Anda, lalu buat kata sandi baru. Jangan pakai kata sandi Anda yang lain."
        : "Masuk dengan akun di kartu dan kata sandi yang Anda buat."),
      G.buat("form", { id: "borang", novalidate: false }, [
        isian("akun", "Nama akun", "text", akun, { autocomplete: "username", maxlength: "100" }),
        aktivasi ? isian("kode", "Kode aktivasi", "text", kode, { autocomplete: "one-time-code", maxlength: "100" }) : null,
        isian("sandi", aktivasi ? "Kata sandi baru (paling sedikit 8)" : "Kata sandi", "password", "",
          { autocomplete: aktivasi ? "new-password" : "current-password", minlength: "8", maxlength: "128" }),
        aktivasi ? isian("ulang", "Ulangi kata sandi", "password", "", { autocomplete: "new-password", minlength: "8", maxlength: "128" }) : null,
        G.buat("button", { type: "submit", class: "utama" }, aktivasi ? "Aktifkan" : "Masuk")
      ]),
      tombol(aktivasi ? "Sudah aktif? Masuk" : "Punya kode baru? Aktivasi", function () {
        G.kabar("");
        gambarMasuk(G.el("akun").value, aktivasi ? "" : kode, !aktivasi);
      }, "tautan"),
      kata ? G.buat("p", { class: "catatan" }, kata) : null
    ], aktivasi ? "Aktivasi" : "Masuk");
    G.el("borang").addEventListener("submit", kirim);
  }

  function keluar() {
    G.bicara.kirim("/api/keluar").then(function () {
      G.simpanan.taruh("sesi", null);
      aku = null;
      G.kabar("Anda sudah keluar.");
      layarMasuk();
    });
  }

  /* What the server said last, for who opens the page anew without a connection. */
  function catat(nama, isi) { G.simpanan.taruh("akhir-" + nama + "-" + G.simpanan.ambil("peserta"), JSON.stringify(isi)); }
  function ingat(nama) {
    try { return JSON.parse(G.simpanan.ambil("akhir-" + nama + "-" + G.simpanan.ambil("peserta"))); } catch (salah) { return null; }
  }

  /* ---- list */

  function muat(lalu) {
    return G.bicara.ambil("/api/saya").then(function (jawab) {
      if (jawab.status === 0 && !aku) { aku = ingat("saya"); }
      if (jawab.status === 0 && aku) { G.kabar("Tidak tersambung; yang tampak adalah keadaan terakhir.", true); }
      else if (!baik(jawab)) { return; }
      else { aku = jawab.isi; catat("saya", aku); }
      (lalu || layarDaftar)();
    });
  }

  function layarDaftar() {
    kerja = null;
    layar = null;
    var punya = 0, semua = 0;
    var daftar = aku.exercises.map(function (satu) {
      punya += satu.points;
      semua += satu.most;
      var keadaan = satu.work ? "sedang dikerjakan" : satu.waiting ? "menunggu nilai" : satu.mark || satu.answered ? "dinilai" : "belum";
      return G.buat("li", {}, G.buat("button", { type: "button", class: "latihan", klik: function () { G.kabar(""); layarLatihan(satu.number); } }, [
        G.buat("b", {}, satu.number + ". " + satu.title),
        G.buat("span", {}, [satu.points + " dari " + satu.most + " poin · " + keadaan]),
        G.buat("progress", { max: satu.most, value: satu.points, "aria-label": "Poin latihan " + satu.number })
      ]));
    });
    var tps = aku.where;
    tampil([
      G.buat("h1", {}, "Latihan Anda"),
      G.buat("p", { class: "tps" }, [G.buat("b", {}, "TPS " + ("00" + tps.nomor).slice(-3)), " " + tps.kelurahan + ", " + tps.kecamatan + ", " + tps.kabupaten,
        G.buat("small", {}, "Meja " + aku.tempat + " · akun " + aku.akun)]),
      G.buat("p", { class: "jumlah" }, [G.buat("b", {}, punya + " dari " + semua), " poin"]),
      G.buat("ol", { class: "daftar" }, daftar),
      tombol("Keluar", keluar, "tautan")
    ], "Daftar latihan");
  }

  function latihan(nomor) { return aku.exercises.filter(function (satu) { return satu.number === nomor; })[0]; }

  /* ---- an exercise */

  function layarLatihan(nomor) {
    var satu = latihan(nomor), praktik = null;
    kerja = null;
    layar = null;
    if (satu.worked) {
      praktik = G.buat("section", { class: "kartu" }, [
        G.buat("h2", {}, "Praktik dengan ponsel"),
        G.buat("p", {}, PRAKTIK[satu.kind]),
        satu.attempts ? G.buat("p", { class: "petunjuk" }, "Percobaan sejauh ini: " + satu.attempts + ". Yang terbaik yang dihitung.") : null,
        tombol(satu.work ? "Lanjutkan" : satu.attempts ? "Coba lagi" : "Mulai", function () { mulai(nomor); }),
        satu.waiting ? tombol("Lihat nilai", function () { bukaKerja(satu.waiting); }, "kedua") : null,
        satu.mark && !satu.waiting ? G.buat("details", {}, [G.buat("summary", {}, "Nilai percobaan terakhir"), G.nilai(satu.mark)]) : null
      ]);
    }
    tampil([
      tombol("‹ Daftar latihan", function () { muat(); }, "tautan"),
      G.buat("h1", {}, satu.number + ". " + satu.title),
      satu.tells.map(function (kalimat) { return G.buat("p", {}, kalimat); }),
      satu.paper.length ? G.buat("p", { class: "petunjuk" }, "Yang di meja Anda: " + satu.paper.map(function (nama) { return nama.split("/").pop(); }).join(", ") + ", dan buku latihan.") : null,
      praktik,
      satu.questions.length ? soalSoal(satu) : null
    ], satu.title);
  }

  var PRAKTIK = {
    foto: "Potret setiap halaman C.Hasil Anda, isi angkanya seperti tertulis di lembar, kirim, lalu jawab sesuai atau tidak sesuai.",
    luring: "Matikan sambungan dahulu (mode pesawat, atau tombol di bawah), potret dan simpan semua halaman, baru sambungkan lagi. Biarkan halaman ini tetap terbuka.",
    perbaiki: "Aplikasi sudah mengirim halaman Anda, tetapi satu angka salah terbaca. Cari, jawab tidak sesuai, lalu perbaiki dengan alasan."
  };

  function soalSoal(satu) {
    var nama = "jawaban-" + aku.peserta + "-" + satu.number, jawaban = {};
    try { jawaban = JSON.parse(G.simpanan.ambil(nama)) || {}; } catch (salah) { jawaban = {}; }
    function simpan(id, isi) { jawaban[id] = isi; G.simpanan.taruh(nama, JSON.stringify(jawaban)); }
    function kirim() {
      var kosong = satu.questions.filter(function (soal) {
        var isi = jawaban[soal.id];
        return isi === undefined || isi === null || (Array.isArray(isi) && isi.length < soal.options.length);
      });
      if (kosong.length) { G.kabar("Belum dijawab: soal " + kosong.map(function (soal) { return soal.id; }).join(", ") + ".", true); return; }
      G.kabar("Mengirim jawaban …");
      G.bicara.kirim("/api/latihan/" + satu.number + "/jawaban", { jawaban: jawaban }).then(function (jawab) {
        if (!baik(jawab)) { return; }
        G.kabar("Jawaban dinilai: " + jawab.isi.points + " dari " + jawab.isi.most + ".");
        muat(function () { layarLatihan(satu.number); var nilai = G.el("nilai-soal"); nilai.open = true; nilai.scrollIntoView(); });
      });
    }
    return G.buat("section", { class: "kartu" }, [
      G.buat("h2", {}, "Soal"),
      G.buat("p", { class: "petunjuk" }, "Jawaban pertama yang dihitung. Sesudah itu jawaban yang benar ditampilkan dan Anda boleh mengulang untuk belajar."),
      satu.answered ? G.buat("details", { id: "nilai-soal" }, [G.buat("summary", {}, "Nilai jawaban terakhir: " + satu.answered.points + " dari " + satu.answered.most), G.nilai(satu.answered, true)]) : null,
      satu.questions.map(function (soal) { return G.soal(soal, jawaban, simpan); }),
      tombol("Kirim jawaban", kirim)
    ]);
  }

  /* ---- an attempt */

  function mulai(nomor) {
    G.kabar("Menyiapkan …");
    G.bicara.kirim("/api/latihan/" + nomor + "/mulai").then(function (jawab) {
      var lama = ingat("kerja-" + nomor);
      if (jawab.status === 0 && lama && lama.id === latihan(nomor).work) { jawab = { status: 200, isi: lama }; }
      if (!baik(jawab)) { return; }
      G.kabar("");
      latihan(nomor).work = jawab.isi.id;
      kerja = jawab.isi;
      catat("kerja-" + nomor, kerja);
      catat("saya", aku);
      layarKerja();
    });
  }

  function bukaKerja(id) {
    G.bicara.ambil("/api/kerja/" + id).then(function (jawab) {
      if (!baik(jawab)) { return; }
      kerja = jawab.isi;
      layarKerja();
    });
  }

  function segarkan() {
    if (!kerja || G.bicara.putus()) { if (layar) { layar(); } return; }
    var id = kerja.id;
    G.bicara.ambil("/api/kerja/" + id).then(function (jawab) {
      if (jawab.status === 200 && kerja && kerja.id === id) { kerja = jawab.isi; if (layar) { layar(); } }
    });
  }

  function layarKerja() {
    var satu = latihan(kerja.exercise);
    if (kerja.finished) { layarNilai(satu); return; }
    tampil([
      tombol("‹ Latihan " + satu.number, function () { muat(function () { layarLatihan(satu.number); }); }, "tautan"),
      G.buat("h1", {}, satu.title),
      G.buat("p", { class: "petunjuk" }, "Percobaan " + kerja.attempt + " · TPS " + ("00" + aku.where.nomor).slice(-3) + " " + aku.where.kelurahan),
      satu.kind === "luring" ? saklar() : null,
      G.antrean.kekal() ? null : G.buat("p", { class: "catatan" }, "Peramban ini tidak dapat menyimpan foto. Jangan tutup halaman sebelum terkirim."),
      G.buat("div", { id: "halaman" }),
      G.buat("div", { id: "akhir" })
    ], satu.title);
    var halaman = {};
    aku.sheet.forEach(function (lembar) {
      halaman[lembar.page] = kartuHalaman(satu, lembar);
      G.el("halaman").appendChild(halaman[lembar.page].wadah);
    });
    layar = function () {
      G.antrean.semua().then(function (daftar) {
        aku.sheet.forEach(function (lembar) {
          halaman[lembar.page].gambar(daftar.filter(function (kirim) { return kirim.id === kerja.id + "/" + lembar.page; })[0] || null);
        });
        akhir(satu);
      });
    };
    layar();
  }

  function saklar() {
    var tombolnya = G.buat("button", { type: "button", class: "kedua", id: "saklar", klik: function () {
      G.bicara.latihPutus(!G.bicara.sedangDilatih());
      tulis();
    } });
    function tulis() {
      var putus = G.bicara.sedangDilatih();
      tombolnya.textContent = putus ? "Sambungkan kembali" : "Putuskan sambungan (latihan)";
      tombolnya.setAttribute("aria-pressed", putus ? "true" : "false");
    }
    tulis();
    return tombolnya;
  }

  function kartuHalaman(satu, lembar) {
    var nomor = lembar.page, id = kerja.id + "/" + nomor, draf = null, tersimpan = "", alamat = null;
    var wadah = G.buat("section", { class: "kartu halaman", id: "halaman-" + nomor });
    var ketikan = {};
    try { ketikan = JSON.parse(G.simpanan.ambil("isi-" + id)) || {}; } catch (salah) { ketikan = {}; }

    function potret(kejadian) {
      var berkas = kejadian.target.files[0];
      if (!berkas) { return; }
      G.kabar("Mengecilkan foto …");
      G.foto.kecilkan(berkas).then(function (hasil) {
        draf = { id: id, peserta: aku.peserta, kerja: kerja.id, halaman: nomor, larik: hasil.larik, sidik: G.sidik(hasil.larik),
          diambil: G.jam(), saat: Date.now(), siap: false, luring: G.bicara.putus(), kunci: G.nama() };
        return G.antrean.draf(draf).then(function () {
          G.kabar("Foto halaman " + nomor + " tersimpan di ponsel (" + Math.round(hasil.larik.byteLength / 1024) + " KB). Periksa, lalu isi angkanya.");
          tersimpan = "";
          gambar(draf);
        });
      }).catch(function () { G.kabar("Berkas ini bukan foto yang dapat dibuka. Potret lagi.", true); });
    }

    function kirim() {
      var isi = G.bacaAngka(wadah);
      if (isi.kosong) { G.kabar("Masih ada kotak kosong. Isi 0 kalau di lembar tidak ada angkanya.", true); isi.kosong.focus(); return; }
      if (!draf) { G.kabar("Potret dahulu halaman " + nomor + ".", true); return; }
      draf.angka = isi.angka;
      draf.siap = true;
      draf.saat = Date.now();
      draf.luring = G.bicara.putus();
      G.kabar("Halaman " + nomor + " disimpan di ponsel.");
      keadaan[id] = { kata: G.bicara.putus() ? "Tersimpan di ponsel; dikirim saat tersambung." : "Menunggu giliran …", bagian: 0 };
      G.antrean.tambah(draf).then(function () { if (layar) { layar(); } });
    }

    function foto(larik) {
      if (alamat) { URL.revokeObjectURL(alamat); }
      alamat = URL.createObjectURL(new Blob([larik], { type: "image/jpeg" }));
      return G.buat("img", { src: alamat, class: "pratinjau", alt: "Foto halaman " + nomor + " yang akan dikirim" });
    }

    function tombolPotret(kata, kelas) {
      return G.buat("label", { class: "potret " + kelas }, [kata,
        G.buat("input", { type: "file", accept: "image/*", capture: "environment", class: "berkas", ubah: potret, "aria-label": kata })]);
    }

    /* Draw anew only if something changed, so that nobody's typing is disturbed. */
    function gambar(antri) {
      var ada = kerja.pages[nomor], kini = keadaan[id] || null;
      var macam = JSON.stringify([Boolean(ada), ada ? ada.numbers : null, antri ? [antri.siap, antri.sidik] : null, kerja.confirmed, kini ? kini.kata : ""]);
      if (kini) { maju(kini); }
      if (macam === tersimpan) { return; }
      tersimpan = macam;
      draf = antri;
      var isi = [G.buat("h2", {}, ["Halaman " + nomor, G.tigaIkon(Boolean(ada || antri), Boolean(ada), Boolean(ada) && kerja.confirmed !== null)])];
      if (ada) { isi.push(sudah(ada)); }
      else if (antri && antri.siap) {
        isi.push(foto(antri.larik), G.buat("p", { class: "kirim", role: "status" }, kini ? kini.kata : "Menunggu sambungan; tersimpan di ponsel."),
          G.buat("progress", { max: 1, value: 0, "aria-label": "Kiriman halaman " + nomor }));
      } else {
        isi.push(antri ? [foto(antri.larik), G.buat("p", { class: "petunjuk" }, "Terbaca jelas? Semua sudut tampak? Kalau tidak, potret ulang."),
          tombolPotret("Potret ulang", "kedua")] : tombolPotret("Potret halaman " + nomor, "utama"));
        if (antri) {
          isi.push(G.angka(lembar.groups, ketikan, function (nama, teks) {
            ketikan[nama] = teks;
            G.simpanan.taruh("isi-" + id, JSON.stringify(ketikan));
          }), tombol("Simpan dan kirim", kirim));
        }
      }
      if (kini && kini.ditolak) { isi.push(G.buat("p", { class: "catatan" }, kini.ditolak)); }
      G.ganti(wadah, isi);
    }

    function maju(kini) {
      var batang = wadah.querySelector("progress"), kata = wadah.querySelector(".kirim");
      if (batang) { batang.value = kini.bagian; }
      if (kata) { kata.textContent = kini.kata; }
    }

    function sudah(ada) {
      var isian = G.buat("div", { class: "tersimpan" }, G.angka(lembar.groups, ada.numbers, function () {}, true));
      var rincian = G.buat("details", { open: ada.given ? "open" : null }, [G.buat("summary", {}, ada.given ? "Angka yang terbaca aplikasi" : "Angka yang tersimpan"), isian,
        tombol("Perbaiki angka", function () { perbaiki(ada, isian, rincian); }, "kedua")]);
      return [G.buat("p", { class: "kirim selesai" }, ada.given ? "Sudah dikirim oleh aplikasi." : ada.corrected ? "Tersimpan, dengan perbaikan." : "Tersimpan di server."), rincian,
        ada.given || satu.kind === "perbaiki" ? null : G.buat("details", {}, [G.buat("summary", {}, "Kirim ulang halaman ini"),
          G.buat("p", { class: "petunjuk" }, "Halaman ini sudah tersimpan. Mengirim lagi tidak mengubah apa-apa dan akan ditolak."), tombolPotret("Tetap potret dan kirim lagi", "kedua"), kirimLagi()])];
    }

    /* For who sends again what is there: the server says no, and so does the mark. */
    function kirimLagi() {
      return tombol("Kirim lagi", function () {
        if (!draf) { G.kabar("Potret dahulu.", true); return; }
        draf.angka = kerja.pages[nomor].numbers;
        draf.siap = true;
        G.antrean.tambah(draf);
      }, "kedua");
    }

    function perbaiki(ada, isian, rincian) {
      var kunci = G.nama(), alasan = G.buat("textarea", { id: "alasan-" + nomor, maxlength: "500", rows: "3" });
      G.ganti(isian, G.angka(lembar.groups, ada.numbers, function () {}));
      rincian.replaceChild(G.buat("div", {}, [G.buat("label", { "for": "alasan-" + nomor }, "Alasan perbaikan"), alasan,
        tombol("Kirim perbaikan", function () {
          var isi = G.bacaAngka(isian), ubah = {};
          if (isi.kosong) { G.kabar("Masih ada kotak kosong.", true); return; }
          Object.keys(isi.angka).forEach(function (nama) { if (isi.angka[nama] !== ada.numbers[nama]) { ubah[nama] = isi.angka[nama]; } });
          if (!Object.keys(ubah).length) { G.kabar("Belum ada angka yang diubah.", true); return; }
          if (!alasan.value.trim()) { G.kabar("Tulis alasannya.", true); alasan.focus(); return; }
          G.kabar("Mengirim perbaikan …");
          G.bicara.kirim("/api/kerja/" + kerja.id + "/perbaikan/" + nomor, { numbers: ubah, alasan: alasan.value.trim() }, { "Idempotency-Key": kunci })
            .then(function (jawab) { if (baik(jawab)) { G.kabar("Perbaikan tersimpan."); tersimpan = ""; segarkan(); } });
        })]), rincian.lastChild);
    }

    return { wadah: wadah, gambar: gambar };
  }

  function akhir(satu) {
    var semua = aku.sheet.every(function (lembar) { return kerja.pages[lembar.page]; }), tempat = G.el("akhir");
    var macam = JSON.stringify([semua, kerja.confirmed]);
    if (!tempat || tempat.getAttribute("data-macam") === macam) { return; }
    tempat.setAttribute("data-macam", macam);
    var isi = [];
    if (semua && aku.whole) {
      isi.push(G.buat("section", { class: "kartu" }, [
        G.buat("h2", {}, "Apakah semua angka sesuai dengan lembar?"),
        kerja.confirmed === null ? null : G.buat("p", { class: "kirim selesai" }, "Jawaban Anda: " + (kerja.confirmed ? "sesuai" : "tidak sesuai") + "."),
        G.buat("div", { class: "dua" }, [tombol("Sesuai", function () { pastikan(true); }, "utama"), tombol("Tidak sesuai", function () { pastikan(false); }, "kedua")])
      ]));
    }
    isi.push(G.buat("section", { class: "kartu" }, [
      G.buat("p", {}, semua ? "Kalau sudah, minta nilainya. Setelah itu percobaan ini tidak dapat diubah lagi."
        : "Belum semua halaman terkirim. Anda boleh berhenti di sini, tetapi nilainya berkurang."),
      tombol(semua ? "Selesai, minta nilai" : "Berhenti dan minta nilai", selesai, semua ? "utama" : "kedua")
    ]));
    G.ganti(tempat, isi);
  }

  function pastikan(sesuai) {
    G.bicara.kirim("/api/kerja/" + kerja.id + "/konfirmasi", { sesuai: sesuai }, { "Idempotency-Key": G.nama() }).then(function (jawab) {
      if (baik(jawab)) { G.kabar("Tersimpan: " + (sesuai ? "sesuai" : "tidak sesuai") + "."); segarkan(); }
    });
  }

  function selesai() {
    G.antrean.semua().then(function (daftar) {
      var sisa = daftar.filter(function (satu) { return satu.kerja === kerja.id && satu.siap; }).length;
      if (sisa) { G.kabar("Masih ada " + sisa + " halaman yang menunggu dikirim. Sambungkan dahulu.", true); return; }
      G.bicara.latihPutus(false);
      G.bicara.kirim("/api/kerja/" + kerja.id + "/selesai").then(function (jawab) {
        if (!baik(jawab)) { return; }
        daftar.filter(function (satu) { return satu.kerja === kerja.id; }).forEach(function (satu) { G.antrean.buang(satu.id); });
        kerja = jawab.isi;
        layarNilai(latihan(kerja.exercise));
      });
    });
  }

  /* ---- mark */

  function layarNilai(satu) {
    layar = null;
    if (!kerja.mark) {
      tampil([G.buat("h1", {}, "Menilai …"), G.buat("p", {}, "Server membaca foto Anda: biasanya beberapa detik, sampai satu menit kalau banyak yang selesai bersamaan.")], "Menilai");
      lirik = window.setTimeout(function lihat() {
        var id = kerja.id;
        G.bicara.ambil("/api/kerja/" + id).then(function (jawab) {
          if (!kerja || kerja.id !== id) { return; }
          if (jawab.status === 200 && jawab.isi.mark) { kerja = jawab.isi; layarNilai(satu); return; }
          if (jawab.status === 401) { baik(jawab); return; }
          lirik = window.setTimeout(lihat, 1200);
        });
      }, 800);
      return;
    }
    G.kabar("");
    tampil([
      G.buat("h1", {}, "Nilai latihan " + satu.number),
      G.nilai(kerja.mark),
      tombol("Coba lagi", function () { mulai(satu.number); }),
      tombol("Daftar latihan", function () { muat(); }, "kedua")
    ], "Nilai");
  }

  /* ---- beginning */

  function terkabar(satu, kata, bagian, isi) {
    var ke = "Halaman " + satu.halaman;
    if (kata === "mengirim") { keadaan[satu.id] = { kata: "Mengirim … " + Math.round(100 * bagian) + " %", bagian: bagian }; }
    else if (kata === "menunggu") { keadaan[satu.id] = { kata: (isi && isi.says) || (G.bicara.putus() ? "Tersimpan di ponsel; dikirim saat tersambung." : "Menunggu; dicoba lagi sendiri."), bagian: 0 }; }
    else if (kata === "terkirim") { delete keadaan[satu.id]; G.simpanan.taruh("isi-" + satu.id, null); G.kabar(ke + " tersimpan di server."); segarkan(); return; }
    else if (kata === "ditolak") { keadaan[satu.id] = { kata: "", bagian: 0, ditolak: ke + " ditolak: " + (isi.says || "") }; G.kabar(ke + " ditolak: " + (isi.says || ""), true); segarkan(); return; }
    else if (kata === "masuk") { G.simpanan.taruh("sesi", null); layarMasuk("Sesi berakhir. Foto Anda aman di ponsel dan dikirim setelah Anda masuk."); return; }
    if (layar) { layar(); }
  }

  if (window.isSecureContext && navigator.serviceWorker) { navigator.serviceWorker.register("/luring.js").catch(function () {}); }
  G.bicara.dengar(sambungan);
  sambungan();
  G.antrean.mulai(terkabar).then(function () {
    if (window.location.hash.length > 1 || !G.simpanan.ambil("sesi")) { layarMasuk(); return; }
    muat(function () {
      var terbuka = aku.exercises.filter(function (satu) { return satu.work && satu.worked; })[0];
      layarDaftar();
      if (terbuka) { G.kabar("Latihan " + terbuka.number + " masih terbuka; ketuk untuk melanjutkan."); }
    });
  });
}());
