/* SHA-256 (FIPS 180-4) of bytes, as hex. The browser's own is only there on https, and a class has http. */
"use strict";
G.sidik = (function () {
  var akar = [], awal = [], bilangan = 2;
  function prima(n) { for (var k = 2; k * k <= n; k++) { if (n % k === 0) { return false; } } return true; }
  function pecahan(x) { return ((x - Math.floor(x)) * 4294967296) | 0; }
  while (akar.length < 64) {
    if (prima(bilangan)) {
      if (awal.length < 8) { awal.push(pecahan(Math.pow(bilangan, 1 / 2))); }
      akar.push(pecahan(Math.pow(bilangan, 1 / 3)));
    }
    bilangan++;
  }
  return function (larik) {
    var data = new Uint8Array(larik), panjang = data.length, penuh = new Uint8Array(((panjang + 72) >> 6) << 6);
    penuh.set(data);
    penuh[panjang] = 0x80;
    var lihat = new DataView(penuh.buffer), h = awal.slice(), w = new Int32Array(64);
    lihat.setUint32(penuh.length - 8, Math.floor(panjang / 536870912));
    lihat.setUint32(penuh.length - 4, (panjang << 3) >>> 0);
    for (var mulai = 0; mulai < penuh.length; mulai += 64) {
      var t, a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], i = h[7];
      for (t = 0; t < 64; t++) {
        if (t < 16) { w[t] = lihat.getInt32(mulai + 4 * t); }
        else {
          var x = w[t - 15], y = w[t - 2];
          w[t] = (w[t - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[t - 7] +
            ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)) | 0;
        }
        var satu = (i + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) +
          akar[t] + w[t]) | 0;
        var dua = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c)) | 0;
        i = g; g = f; f = e; e = (d + satu) | 0; d = c; c = b; b = a; a = (satu + dua) | 0;
      }
      h = [h[0] + a | 0, h[1] + b | 0, h[2] + c | 0, h[3] + d | 0, h[4] + e | 0, h[5] + f | 0, h[6] + g | 0,
        h[7] + i | 0];
    }
    return h.map(function (n) { return ("0000000" + (n >>> 0).toString(16)).slice(-8); }).join("");
  };
}());
