/* Service worker: the page itself is kept in the phone, so that it opens anew without a connection. Only where the
   browser allows one: https, or this machine. Never what /api/ says. */
"use strict";
var SIMPAN = "gladi-latihan-1", ISI = ["/", "/latihan.css", "/latihan.js"];

self.addEventListener("install", function (kejadian) {
  kejadian.waitUntil(caches.open(SIMPAN).then(function (simpanan) { return simpanan.addAll(ISI); }));
});

self.addEventListener("fetch", function (kejadian) {
  var alamat = new URL(kejadian.request.url);
  if (kejadian.request.method !== "GET" || ISI.indexOf(alamat.pathname) < 0) { return; }
  kejadian.respondWith(fetch(kejadian.request).then(function (jawab) {
    var salinan = jawab.clone();
    if (jawab.ok) { caches.open(SIMPAN).then(function (simpanan) { simpanan.put(alamat.pathname, salinan); }); }
    return jawab;
  }, function () { return caches.match(alamat.pathname); }));
});
