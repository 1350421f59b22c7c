/* What waits to be sent, kept in the phone (IndexedDB) until the server has given a receipt. One at a time, the same
   key for every try. Where IndexedDB is forbidden it lasts as long as the page, and the page says so. */
"use strict";
G.antrean = (function () {
  var dasar = null, ingatan = {}, kekal = true, bekerja = false, jeda = null, kabari = function () {};

  function bukaDasar() {
    return new Promise(function (selesai) {
      var tanya;
      try { tanya = window.indexedDB.open("gladi-latihan", 1); } catch (salah) { kekal = false; selesai(); return; }
      tanya.onupgradeneeded = function () { tanya.result.createObjectStore("kiriman", { keyPath: "id" }); };
      tanya.onsuccess = function () { dasar = tanya.result; selesai(); };
      tanya.onerror = tanya.onblocked = function () { kekal = false; selesai(); };
    });
  }

  function lakukan(cara, kerja) {
    return new Promise(function (selesai, gagal) {
      var urusan = dasar.transaction("kiriman", cara), tanya = kerja(urusan.objectStore("kiriman"));
      urusan.oncomplete = function () { selesai(tanya.result); };
      urusan.onerror = urusan.onabort = function () { gagal(urusan.error || new Error("simpan")); };
    });
  }

  function semua() {
    if (!dasar) { return Promise.resolve(Object.keys(ingatan).map(function (id) { return ingatan[id]; })); }
    return lakukan("readonly", function (rak) { return rak.getAll(); });
  }

  function taruh(satu) {
    if (!dasar) { ingatan[satu.id] = satu; return Promise.resolve(); }
    return lakukan("readwrite", function (rak) { return rak.put(satu); });
  }

  function buang(id) {
    delete ingatan[id];
    if (!dasar) { return Promise.resolve(); }
    return lakukan("readwrite", function (rak) { return rak["delete"](id); });
  }

  function borang(satu) {
    var isi = new FormData();
    isi.append("numbers", new Blob([JSON.stringify(satu.angka)], { type: "application/json" }));
    isi.append("photo", new Blob([satu.larik], { type: "image/jpeg" }), "halaman.jpg");
    return isi;
  }

  function kirim(satu) {
    var kepala = { "Idempotency-Key": satu.kunci, "X-Photo-SHA256": satu.sidik, "X-Captured-At": satu.diambil };
    if (satu.luring) { kepala["X-Luring"] = "1"; }
    kabari(satu, "mengirim", 0);
    return G.bicara.unggah("/api/kerja/" + satu.kerja + "/halaman/" + satu.halaman, borang(satu), kepala,
      function (bagian) { kabari(satu, "mengirim", bagian); }
    ).then(function (jawab) {
      var nanti = jawab.status === 0 || jawab.status === 408 || jawab.status === 429 || jawab.status >= 500 ||
        jawab.isi.code === "digest_differs" || jawab.isi.code === "broken_off";
      if (jawab.status === 401) { kabari(satu, "masuk", 0, jawab.isi); return 0; }
      if (nanti) { kabari(satu, "menunggu", 0, jawab.isi); return jawab.nanti || 4; }
      return buang(satu.id).then(function () {
        kabari(satu, jawab.status < 300 ? "terkirim" : "ditolak", 1, jawab.isi);
        return -1;
      });
    });
  }

  /* Send what waits; afterwards again by itself while something is left. */
  function jalan() {
    if (bekerja || G.bicara.putus()) { return Promise.resolve(); }
    bekerja = true;
    window.clearTimeout(jeda);
    return semua().then(function (daftar) {
      var akun = G.simpanan.ambil("peserta");
      var milik = daftar.filter(function (satu) { return satu.siap && satu.peserta === akun; });
      milik.sort(function (a, b) { return a.saat - b.saat; });
      if (!milik.length) { return null; }
      return kirim(milik[0]);
    }).then(function (tunggu) {
      bekerja = false;
      if (tunggu === null || tunggu === 0) { return null; }
      if (tunggu < 0) { return jalan(); }
      jeda = window.setTimeout(jalan, 1000 * tunggu * (1 + Math.random() / 2));
      return null;
    }, function () { bekerja = false; jeda = window.setTimeout(jalan, 5000); });
  }

  return {
    mulai: function (pendengar) {
      kabari = pendengar;
      return bukaDasar().then(function () {
        G.bicara.dengar(jalan);
        window.setInterval(jalan, 8000);
        return jalan();
      });
    },
    tambah: function (satu) { return taruh(satu).then(function () { kabari(satu, "menunggu", 0); jalan(); }); },
    draf: taruh,
    buang: buang,
    semua: semua,
    jalan: jalan,
    kekal: function () { return kekal; }
  };
}());
