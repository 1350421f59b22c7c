/* What every page needs: elements, words of time, this phone's own name, a session. Written for browsers of 2017
   (Chrome 60): no modules, no optional chaining, no spread of objects. */
"use strict";
var G = {};

G.el = function (id) { return document.getElementById(id); };

/* buat("p", {class: "x"}, "text" | element | [..]) */
G.buat = function (tag, atribut, isi) {
  var satu = document.createElement(tag);
  Object.keys(atribut || {}).forEach(function (nama) {
    var nilai = atribut[nama];
    if (nilai === null || nilai === undefined || nilai === false) { return; }
    if (nama === "klik") { satu.addEventListener("click", nilai); }
    else if (nama === "ubah") { satu.addEventListener("change", nilai); }
    else if (nama === "ketik") { satu.addEventListener("input", nilai); }
    else { satu.setAttribute(nama, nilai === true ? "" : String(nilai)); }
  });
  G.isi(satu, isi);
  return satu;
};

G.isi = function (wadah, isi) {
  if (isi === null || isi === undefined || isi === false) { return wadah; }
  if (Array.isArray(isi)) { isi.forEach(function (satu) { G.isi(wadah, satu); }); return wadah; }
  wadah.appendChild(typeof isi === "object" ? isi : document.createTextNode(String(isi)));
  return wadah;
};

G.ganti = function (wadah, isi) {
  while (wadah.firstChild) { wadah.removeChild(wadah.firstChild); }
  return G.isi(wadah, isi);
};

/* A name nobody else has: of a phone, of a sending. */
G.nama = function () {
  var angka = new Uint8Array(16);
  (window.crypto || window.msCrypto).getRandomValues(angka);
  return Array.prototype.map.call(angka, function (satu) { return ("0" + satu.toString(16)).slice(-2); }).join("");
};

/* Storage may be forbidden (private windows of old browsers): then it lasts as long as the page. */
G.simpanan = (function () {
  var ingatan = {};
  function coba(kerja, gagal) { try { return kerja(); } catch (salah) { return gagal(); } }
  return {
    ambil: function (nama) {
      return coba(function () { return window.localStorage.getItem("gladi-" + nama); },
        function () { return ingatan[nama] || null; });
    },
    taruh: function (nama, nilai) {
      ingatan[nama] = nilai;
      coba(function () {
        if (nilai === null) { window.localStorage.removeItem("gladi-" + nama); }
        else { window.localStorage.setItem("gladi-" + nama, nilai); }
      }, function () {});
    }
  };
}());

G.perangkat = function () {
  var nama = G.simpanan.ambil("perangkat");
  if (!nama) { nama = "hp-" + G.nama(); G.simpanan.taruh("perangkat", nama); }
  return nama;
};

/* "2026-02-14T19:05:00+07:00": this phone's time with its offset. */
G.jam = function () {
  var kini = new Date(), geser = -kini.getTimezoneOffset(), dua = function (n) { return ("0" + n).slice(-2); };
  var besar = Math.abs(geser);
  return kini.getFullYear() + "-" + dua(kini.getMonth() + 1) + "-" + dua(kini.getDate()) + "T" +
    dua(kini.getHours()) + ":" + dua(kini.getMinutes()) + ":" + dua(kini.getSeconds()) +
    (geser < 0 ? "-" : "+") + dua(Math.floor(besar / 60)) + ":" + dua(besar % 60);
};

G.kabar = function (kata, salah) {
  var tempat = G.el("kabar");
  tempat.textContent = kata || "";
  tempat.className = salah ? "kabar salah" : "kabar";
};

/* A small drawing (SVG) as code QR, given by our own server, as an image. */
G.gambarQr = function (svg, kata) {
  return G.buat("img", { src: "data:image/svg+xml;base64," + window.btoa(svg), alt: kata, class: "qr" });
};
