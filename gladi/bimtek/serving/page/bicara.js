/* Asking the server: JSON, and photos with their progress. An answer is {status, isi}; status 0: no connection. */
"use strict";
G.bicara = (function () {
  var TUNGGU_MS = 25000, TUNGGU_FOTO_MS = 180000;
  var putus = false;      /* practised: the page behaves as if there were no connection */
  var pendengar = [];

  function minta(cara, alamat, isi, kepala, maju) {
    return new Promise(function (selesai) {
      if (putus) { selesai({ status: 0, isi: {} }); return; }
      var tanya = new XMLHttpRequest();
      tanya.open(cara, alamat);
      tanya.timeout = maju ? TUNGGU_FOTO_MS : TUNGGU_MS;
      Object.keys(kepala).forEach(function (nama) { tanya.setRequestHeader(nama, kepala[nama]); });
      if (maju && tanya.upload) {
        tanya.upload.onprogress = function (kabar) { if (kabar.lengthComputable) { maju(kabar.loaded / kabar.total); } };
      }
      tanya.onload = function () {
        var dibaca = {};
        try { dibaca = JSON.parse(tanya.responseText); } catch (salah) { dibaca = {}; }
        selesai({ status: tanya.status, isi: dibaca, nanti: Number(tanya.getResponseHeader("Retry-After")) || 0,
          teks: tanya.responseText });
      };
      tanya.onerror = tanya.ontimeout = tanya.onabort = function () { selesai({ status: 0, isi: {} }); };
      tanya.send(isi === undefined ? null : isi);
    });
  }

  function kepala(lagi) {
    var semua = {}, kunci = G.simpanan.ambil(G.namaSesi || "sesi");
    if (kunci) { semua.Authorization = "Bearer " + kunci; }
    Object.keys(lagi || {}).forEach(function (nama) { semua[nama] = lagi[nama]; });
    return semua;
  }

  return {
    ambil: function (alamat) { return minta("GET", alamat, undefined, kepala()); },
    kirim: function (alamat, isi, lagi) {
      var semua = kepala(lagi);
      semua["Content-Type"] = "application/json";
      return minta("POST", alamat, JSON.stringify(isi || {}), semua);
    },
    unggah: function (alamat, borang, lagi, maju) { return minta("POST", alamat, borang, kepala(lagi), maju); },
    putus: function () { return putus || navigator.onLine === false; },
    latihPutus: function (nilai) {
      putus = nilai;
      pendengar.forEach(function (satu) { satu(); });
    },
    sedangDilatih: function () { return putus; },
    dengar: function (satu) {
      pendengar.push(satu);
      window.addEventListener("online", satu);
      window.addEventListener("offline", satu);
    }
  };
}());
