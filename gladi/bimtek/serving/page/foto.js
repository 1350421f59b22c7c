/* A photo made small on the phone, about as Sirekap keeps them: 1600 px on the longer side. The original stays. */
"use strict";
G.foto = (function () {
  var SISI = 1600, MUTU = 0.82, BANYAK = 1200000;

  /* How the camera was held, by the EXIF of a JPEG (EXIF 2.32, 4.6.4): 1 to 8; 1 where nothing is said. */
  function arah(larik) {
    var lihat = new DataView(larik), di = 2;
    if (lihat.byteLength < 12 || lihat.getUint16(0) !== 0xFFD8) { return 1; }
    while (di + 10 < lihat.byteLength) {
      var tanda = lihat.getUint16(di), panjang = lihat.getUint16(di + 2);
      if (tanda === 0xFFE1 && lihat.getUint32(di + 4) === 0x45786966) { return dalam(lihat, di + 10); }
      if ((tanda & 0xFF00) !== 0xFF00 || panjang < 2) { return 1; }
      di += 2 + panjang;
    }
    return 1;
  }

  function dalam(lihat, awal) {
    var kecil = lihat.getUint16(awal) === 0x4949, mulai = awal + lihat.getUint32(awal + 4, kecil);
    if (mulai + 2 > lihat.byteLength) { return 1; }
    for (var k = 0; k < lihat.getUint16(mulai, kecil); k++) {
      var di = mulai + 2 + 12 * k;
      if (di + 12 > lihat.byteLength) { return 1; }
      if (lihat.getUint16(di, kecil) === 0x0112) { return lihat.getUint16(di + 8, kecil); }
    }
    return 1;
  }

  /* Whether this browser turns pictures by their EXIF itself (Chrome 81 and later): the style is known then. */
  var sendiri = "imageOrientation" in document.documentElement.style &&
    window.getComputedStyle(document.documentElement).imageOrientation === "from-image";

  function baca(berkas) {
    return new Promise(function (selesai, gagal) {
      var pembaca = new FileReader();
      pembaca.onload = function () { selesai(pembaca.result); };
      pembaca.onerror = function () { gagal(new Error("baca")); };
      pembaca.readAsArrayBuffer(berkas);
    });
  }

  function buka(berkas) {
    return new Promise(function (selesai, gagal) {
      var alamat = URL.createObjectURL(berkas), gambar = new Image();
      gambar.onload = function () { selesai({ gambar: gambar, alamat: alamat }); };
      gambar.onerror = function () { URL.revokeObjectURL(alamat); gagal(new Error("gambar")); };
      gambar.src = alamat;
    });
  }

  function lukis(gambar, cara) {
    var lebar = gambar.naturalWidth, tinggi = gambar.naturalHeight, rebah = cara >= 5;
    var skala = Math.min(1, SISI / Math.max(lebar, tinggi));
    var w = Math.round(lebar * skala), h = Math.round(tinggi * skala), kanvas = document.createElement("canvas");
    kanvas.width = rebah ? h : w;
    kanvas.height = rebah ? w : h;
    var pena = kanvas.getContext("2d");
    var putar = [null, null, [-1, 0, 0, 1, w, 0], [-1, 0, 0, -1, w, h], [1, 0, 0, -1, 0, h], [0, 1, 1, 0, 0, 0],
      [0, 1, -1, 0, h, 0], [0, -1, -1, 0, h, w], [0, -1, 1, 0, 0, w]][cara];
    if (putar) { pena.transform.apply(pena, putar); }
    pena.drawImage(gambar, 0, 0, w, h);
    return kanvas;
  }

  function kemas(kanvas, mutu) {
    return new Promise(function (selesai, gagal) {
      kanvas.toBlob(function (gumpal) {
        if (!gumpal) { gagal(new Error("kemas")); return; }
        if (gumpal.size > BANYAK && mutu > 0.5) { kemas(kanvas, mutu - 0.12).then(selesai, gagal); return; }
        selesai(gumpal);
      }, "image/jpeg", mutu);
    });
  }

  return {
    /* {larik, lebar, tinggi} of a file; fails where it is no picture. */
    kecilkan: function (berkas) {
      var cara = 1;
      return baca(berkas).then(function (larik) {
        cara = sendiri ? 1 : arah(larik);
        return buka(berkas);
      }).then(function (hasil) {
        var kanvas = lukis(hasil.gambar, cara >= 1 && cara <= 8 ? cara : 1);
        URL.revokeObjectURL(hasil.alamat);
        return kemas(kanvas, MUTU).then(baca).then(function (larik) {
          return { larik: larik, lebar: kanvas.width, tinggi: kanvas.height };
        });
      });
    },
    arah: arah
  };
}());
