// Opens a place that a tile or a link names, finds places by name. Without it every place opens by itself.
const box = document.getElementById("w"), field = document.getElementById("cari"), found = document.getElementById("ditemukan");
const open = (place) => {
  for (let one = place; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
};
const go = () => {
  const place = location.hash.length > 2 && document.getElementById(location.hash.slice(1));
  if (!place || !box.contains(place)) return;
  open(place);
  const head = place.querySelector("summary");
  if (head) head.focus({ preventScroll: true });
  place.scrollIntoView({ block: "start" });
};
addEventListener("hashchange", go);
go();
for (const tile of document.querySelectorAll("a.tile")) tile.addEventListener("click", () => { if (tile.hash === location.hash) go(); });
if (field && box.querySelectorAll("details").length > 12) {
  field.closest(".find").hidden = false;
  const rows = [...box.querySelectorAll(".name, .leaf li")];
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const item of box.querySelectorAll(".places li")) item.hidden = false;
    found.textContent = "";
    if (wanted.length < 2) return;
    const hits = rows.filter((row) => row.textContent.toLowerCase().includes(wanted));
    const kept = new Set();
    for (const hit of hits) for (let one = hit; one && one !== box; one = one.parentElement) kept.add(one);
    for (const item of box.querySelectorAll(".places > li")) item.hidden = !kept.has(item) && !hits.some((hit) => hit.closest("summary") && hit.closest("details").contains(item));
    for (const hit of hits.slice(0, 40)) open((hit.closest("summary") ? hit.closest("details") : hit).parentElement);
    found.textContent = String(hits.length);
  });
  document.getElementById("tutup").addEventListener("click", () => {
    field.value = "";
    field.dispatchEvent(new Event("input"));
    for (const one of box.querySelectorAll("details")) one.open = false;
    field.focus();
  });
}
