/* Parts of the trainee's page: the three icons, a row of numbers, a mark, a question. */
"use strict";
G.ikon = (function () {
  var BENTUK = {
    kamera: "M4 7h4l2-3h4l2 3h4v13H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
    awan: "M7 19a5 5 0 0 1-.6-9.96A6 6 0 0 1 18 8.5 5.25 5.25 0 0 1 17.5 19z",
    centang: "M9.5 16.2 5.3 12l-1.8 1.8 6 6L21 8.3l-1.8-1.8z"
  };
  /* lit: dark on green; else an outline. Said in words too, for who does not see colours. */
  return function (nama, nyala, kata) {
    var ruang = "http://www.w3.org/2000/svg", gambar = document.createElementNS(ruang, "svg");
    var garis = document.createElementNS(ruang, "path");
    gambar.setAttribute("viewBox", "0 0 24 24");
    gambar.setAttribute("role", "img");
    gambar.setAttribute("aria-label", kata + (nyala ? ": sudah" : ": belum"));
    gambar.setAttribute("class", nyala ? "ikon nyala" : "ikon");
    garis.setAttribute("d", BENTUK[nama]);
    garis.setAttribute("fill-rule", "evenodd");
    gambar.appendChild(garis);
    return gambar;
  };
}());

G.tigaIkon = function (difoto, sampai, pasti) {
  return G.buat("span", { class: "tiga" }, [
    G.ikon("kamera", difoto, "Difoto"), G.ikon("awan", sampai, "Sampai di server"), G.ikon("centang", pasti, "Dipastikan")
  ]);
};

/* Boxes for the numbers of a page. `nilai`: field -> number; `berubah` is called with field and text. */
G.angka = function (kelompok, nilai, berubah, terkunci) {
  return kelompok.map(function (satu, nomor) {
    var judul = "kel-" + nomor + "-" + satu.fields[0].id;
    var kotak = satu.fields.map(function (isian) {
      var ada = nilai[isian.id];
      return G.buat("label", { class: "kotak" }, [
        isian.label ? G.buat("span", { class: "kolom" }, isian.label) : null,
        G.buat("input", {
          type: "tel", inputmode: "numeric", pattern: "[0-9]*", maxlength: "4", autocomplete: "off",
          "data-isian": isian.id, "aria-label": satu.label + (isian.label ? ", " + isian.label : ""),
          value: ada === undefined || ada === null ? "" : ada, readonly: terkunci ? "readonly" : null,
          ketik: function (kejadian) {
            var bersih = kejadian.target.value.replace(/[^0-9]/g, "");
            if (bersih !== kejadian.target.value) { kejadian.target.value = bersih; }
            kejadian.target.classList.remove("kosong");
            berubah(isian.id, bersih);
          }
        })
      ]);
    });
    return G.buat("div", { class: satu.fields.length > 1 ? "baris tiga-kolom" : "baris", role: "group", "aria-labelledby": judul }, [
      G.buat("p", { class: "nama-baris", id: judul }, satu.label), G.buat("div", { class: "kotak-kotak" }, kotak)
    ]);
  });
};

G.bacaAngka = function (wadah) {
  var hasil = {}, kosong = null;
  Array.prototype.forEach.call(wadah.querySelectorAll("input[data-isian]"), function (satu) {
    if (satu.value === "") { satu.classList.add("kosong"); kosong = kosong || satu; }
    else { hasil[satu.getAttribute("data-isian")] = Number(satu.value); }
  });
  return { angka: hasil, kosong: kosong };
};

G.nilai = function (nilai, soal) {
  var bagian = nilai.parts.map(function (satu) {
    var penuh = satu.share >= 1, sebagian = satu.share > 0 && !penuh;
    var kata = penuh ? "Baik" : sebagian ? "Sebagian" : "Perlu diperbaiki";
    return G.buat("li", { class: penuh ? "baik" : sebagian ? "sebagian" : "kurang" }, [
      G.buat("h4", {}, [G.buat("span", { class: "tanda" }, penuh ? "✓ " : sebagian ? "~ " : "✗ "), satu.title,
        G.buat("small", {}, " " + kata)]),
      satu.says.map(function (kalimat) { return G.buat("p", {}, kalimat); })
    ]);
  });
  return G.buat("section", { class: "nilai", "aria-label": "Nilai" }, [
    G.buat("p", { class: "besar" }, [String(nilai.points), G.buat("small", {}, " dari " + nilai.most)]),
    G.buat("p", { class: "kata" }, nilai.word),
    nilai.better.length ? G.buat("div", { class: "saran" }, [G.buat("h4", {}, "Lain kali"),
      G.buat("ul", {}, nilai.better.map(function (kalimat) { return G.buat("li", {}, kalimat); }))]) : null,
    G.buat("h4", { class: "rincian" }, soal ? "Jawaban" : "Rincian"), G.buat("ul", { class: "bagian" }, bagian)
  ]);
};

/* One question; `simpan` is called with the answer. */
G.soal = function (soal, jawaban, simpan) {
  var ada = jawaban[soal.id], isi;
  if (soal.kind === "pilihan") {
    isi = soal.options.map(function (satu) {
      return G.buat("label", { class: "pilihan" }, [
        G.buat("input", { type: "radio", name: soal.id, value: satu.id, checked: ada === satu.id ? "checked" : null,
          ubah: function () { simpan(soal.id, satu.id); } }), G.buat("span", {}, satu.says)]);
    });
  } else if (soal.kind === "urutan") {
    isi = G.urutan(soal, ada, simpan);
  } else {
    isi = G.buat("input", { type: "tel", inputmode: "numeric", pattern: "[0-9]*", maxlength: "6", autocomplete: "off",
      class: "jawab", "aria-label": "Jawaban soal " + soal.id, value: ada === undefined || ada === null ? "" : ada,
      ketik: function (kejadian) { var teks = kejadian.target.value.replace(/[^0-9]/g, "");
        kejadian.target.value = teks; simpan(soal.id, teks === "" ? null : Number(teks)); } });
  }
  return G.buat("fieldset", { class: "soal" }, [
    G.buat("legend", {}, soal.id + "  " + soal.asks), soal.sheets.map(function (nama) { return G.lembar(nama); }),
    soal.paper.length ? G.buat("p", { class: "petunjuk" }, "Di kertas: " + soal.paper.map(function (nama) { return nama.split("/").pop(); }).join(", ")) : null, isi]);
};

/* Steps are tapped in their order; tapped again, a step and all after it are free again. */
G.urutan = function (soal, ada, simpan) {
  var urut = (ada || []).slice(), wadah = G.buat("div", { class: "urutan" });
  function gambar() {
    G.ganti(wadah, soal.options.map(function (satu) {
      var ke = urut.indexOf(satu.id);
      return G.buat("button", { type: "button", class: ke < 0 ? "langkah" : "langkah terpilih", "aria-pressed": ke >= 0 ? "true" : "false",
        klik: function () {
          if (ke < 0) { urut.push(satu.id); } else { urut = urut.slice(0, ke); }
          simpan(soal.id, urut.slice());
          gambar();
        } }, [G.buat("b", {}, ke < 0 ? "–" : String(ke + 1)), " " + satu.says]);
    }));
  }
  gambar();
  return [G.buat("p", { class: "petunjuk" }, "Ketuk langkah-langkahnya menurut urutan."), wadah];
};

/* A sheet or photo of the pack; it needs the session, so it is fetched, when it comes into sight, and shown as a blob. */
G.lembar = function (nama) {
  var gambar = G.buat("img", { alt: "Foto untuk soal ini", class: "lembar" }), pengamat = null;
  function ambil() {
    var tanya = new XMLHttpRequest();
    tanya.open("GET", "/api/lembar/" + nama.split("/").map(encodeURIComponent).join("/"));
    tanya.setRequestHeader("Authorization", "Bearer " + (G.simpanan.ambil("sesi") || ""));
    tanya.responseType = "blob";
    tanya.onload = function () { if (tanya.status === 200) { gambar.src = URL.createObjectURL(tanya.response); } };
    tanya.send();
  }
  if (!window.IntersectionObserver) { ambil(); return gambar; }
  pengamat = new window.IntersectionObserver(function (tampak) {
    if (tampak.some(function (satu) { return satu.isIntersecting; })) { pengamat.disconnect(); ambil(); }
  }, { rootMargin: "400px" });
  pengamat.observe(gambar);
  return gambar;
};
