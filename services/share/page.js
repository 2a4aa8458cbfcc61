/* What a shared map does: tooltips, popups, labels that do not overlap, a table, and a view that fits the screen. */
function tcText(text) {
  const box = document.createElement("i");
  box.textContent = text;
  return box.innerHTML;
}
function tcRows(p) {
  const rows = [];
  if (p.num) rows.push([TC.numerator, p.num]);
  if (p.den) rows.push([TC.denominator, p.den]);
  if (p.plan) rows.push([TC.words.plan, p.plan + (!p.state ? "" : " · " + TC.states[p.state])]);
  if (p.rank) rows.push([TC.words.rank, p.rank]);
  return rows;
}
function tcPad() {
  const narrow = innerWidth <= 700;
  const side = document.querySelector(".tc-side").getBoundingClientRect();
  return narrow ? [8, side.bottom + 8] : [side.right + 12, 16];
}
function tcEach(feature, layer) {
  const p = feature.properties;
  const value = p.text ? tcText(p.text) : '<span class="tc-none">' + tcText(TC.blanks[p.blank]) + "</span>";
  const head = '<div class="tc-name">' + tcText(p.name) + '</div><div class="tc-value">' + value + "</div>";
  const warning = p.warning ? '<div class="tc-warning">' + tcText(p.warning) + "</div>" : "";
  const why = (p.why || []).map(tcText);
  const rows = tcRows(p)
    .map((row) => "<tr><th>" + tcText(row[0]) + "</th><td>" + tcText(row[1]) + "</td></tr>")
    .join("");
  layer.bindTooltip(head + (p.rank ? '<div class="tc-small">' + tcText(TC.words.rank + " " + p.rank) + "</div>" : "") +
    (why.length ? '<div class="tc-why">' + why[0] + "</div>" : ""), {
    sticky: true,
    className: "tc-tip",
    direction: "auto",
  });
  layer.bindPopup(
    head +
      '<div class="tc-small">' + tcText(TC.subtitle) + "</div>" +
      (rows ? '<table class="tc-parts">' + rows + "</table>" : "") +
      warning +
      (why.length ? '<div class="tc-why">' + why.join("<br>") + "</div>" : "") +
      (TC.sample ? '<div class="tc-note">' + tcText(TC.words.sample) + "</div>" : ""),
    { className: "tc-popup", maxWidth: 300, minWidth: 210, autoPanPaddingTopLeft: tcPad(), autoPanPaddingBottomRight: [60, 20] },
  );
  layer.on("add", () => {
    const path = layer.getElement && layer.getElement();
    if (!path) return;
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "button");
    path.setAttribute("aria-label", p.name + ": " + (p.text || TC.blanks[p.blank]));
    path.addEventListener("keydown", (event) => {
      if (event.key === "Enter") layer.openPopup(layer.getBounds().getCenter());
    });
  });
}
function tcLabels(map) {
  const layer = L.layerGroup().addTo(map);
  const canvas = document.createElement("canvas").getContext("2d");
  const draw = () => {
    layer.clearLayers();
    const taken = [];
    const zoom = map.getZoom();
    const view = map.getBounds().pad(0.1);
    for (const [lon, lat, name, kind, room, value, dark] of TC.labels) {
      const fixed = kind === "isles";
      const two = fixed && innerWidth <= 700 && name.includes(" (");
      const lines = two ? name.split(/ (?=\()/) : [name];
      if (!fixed && !view.contains([lat, lon])) continue;
      const size = kind === "province" ? 13 : fixed ? 12.5 : 11.5;
      canvas.font = (kind === "area" ? "500 " : "600 ") + size + "px " + getComputedStyle(document.body).fontFamily;
      const withValue = kind === "area" && value;
      const width = Math.max(...lines.map((line) => canvas.measureText(line).width), withValue ? canvas.measureText(value).width : 0) + 6;
      const height = withValue || two ? 30 : 17;
      const at = map.latLngToContainerPoint([lat, lon]);
      const box = [at.x - width / 2, at.y - height / 2, at.x + width / 2, at.y + height / 2];
      // A name wider than its area by far waits for a closer zoom; the archipelagos never wait.
      if (kind === "area" && width > room * 256 * Math.pow(2, zoom) * 1.25) continue;
      const hit = taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1]);
      if (hit && !fixed) continue;
      taken.push(box);
      const html = lines.map(tcText).join("<br>") + (withValue ? "<b>" + tcText(value) + "</b>" : "");
      L.marker([lat, lon], {
        interactive: false,
        keyboard: false,
        icon: L.divIcon({ className: "tc-label tc-" + kind + (dark ? " tc-dark" : ""), html: "<span>" + html + "</span>", iconSize: [width, height] }),
      }).addTo(layer);
    }
  };
  map.on("zoomend moveend resize", draw);
  draw();
}
function tcIsles(map) {
  // Islets of the archipelagos are smaller than a pixel: a dot each, so that they are seen at every zoom.
  for (const at of TC.isles)
    L.circleMarker(at, { radius: 1.7, weight: 0, fillColor: "#3f6478", fillOpacity: 0.9, interactive: false }).addTo(map);
}
function tcTable(map, areas) {
  const drawer = document.querySelector(".tc-drawer");
  const button = document.querySelector(".tc-open");
  const body = drawer.querySelector("tbody");
  const rows = [];
  areas.eachLayer((layer) => rows.push([layer.feature.properties, layer]));
  const number = (p) => (p.v === undefined ? -Infinity : p.v);
  rows.sort((a, b) => (TC.down ? number(a[0]) - number(b[0]) : number(b[0]) - number(a[0])) || 0);
  rows.sort((a, b) => (a[0].v === undefined) - (b[0].v === undefined));
  for (const [p, layer] of rows) {
    const row = body.insertRow();
    row.tabIndex = 0;
    const mark = document.createElement("i");
    mark.style.background = layer.options.fillColor;
    const cell = row.insertCell();
    cell.append(mark, p.name);
    row.insertCell().textContent = p.text ? p.text.slice(0, -TC.suffix.length) : TC.blanks[p.blank];
    const go = () => {
      if (matchMedia("(max-width: 700px)").matches) toggle(false);
      map.once("moveend", () => layer.openPopup(layer.getBounds().getCenter())); // so that it moves the map where it needs room
      map.flyToBounds(layer.getBounds(), { padding: [60, 60], maxZoom: 11, duration: 0.6 });
    };
    row.addEventListener("click", go);
    row.addEventListener("keydown", (event) => event.key === "Enter" && go());
  }
  const toggle = (open) => {
    drawer.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    (open ? drawer.querySelector("button") : button).focus();
  };
  button.addEventListener("click", () => toggle(drawer.hidden));
  drawer.querySelector("button").addEventListener("click", () => toggle(false));
  addEventListener("keydown", (event) => event.key === "Escape" && !drawer.hidden && toggle(false));
}
function tcStart(map, areas) {
  map.attributionControl && map.attributionControl.remove();
  const foot = document.querySelector(".tc-foot");
  const stand = () => document.documentElement.style.setProperty("--foot", foot.offsetHeight + "px");
  stand();
  addEventListener("resize", stand);
  document.body.classList.toggle("tc-country", !TC.inset);
  const frame = L.latLngBounds(TC.bounds);
  const fit = () => {
    const wide = innerWidth > 700;
    const side = document.querySelector(".tc-side").getBoundingClientRect();
    const legend = document.querySelector(".tc-legend").getBoundingClientRect();
    map.fitBounds(frame, {
      animate: false,
      paddingTopLeft: wide ? [side.right + 16, 16] : [10, side.bottom + 6],
      paddingBottomRight: wide ? [TC.inset ? 96 : 24, foot.offsetHeight + 16] : [10, innerHeight - legend.top + 6],
    });
  };
  if (innerWidth <= 700) document.querySelector(".tc-legend").open = false;
  fit();
  L.control.zoom({ position: "topright", zoomInTitle: "+", zoomOutTitle: "−" }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright", maxWidth: 90 }).addTo(map);
  const whole = L.control({ position: "topright" });
  whole.onAdd = () => {
    const box = L.DomUtil.create("div", "leaflet-bar");
    const link = L.DomUtil.create("a", "tc-whole", box);
    link.href = "#";
    link.title = TC.words.whole_view;
    link.setAttribute("role", "button");
    link.setAttribute("aria-label", TC.words.whole_view);
    link.innerHTML =
      '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.7"><path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>';
    L.DomEvent.on(link, "click", (event) => (L.DomEvent.stop(event), map.closePopup(), fit()));
    return box;
  };
  whole.addTo(map);
  tcIsles(map);
  tcLabels(map);
  tcTable(map, areas);
  if (TC.selected)
    areas.eachLayer((layer) => {
      if (layer.feature.id !== TC.selected) return;
      layer.setStyle({ weight: 3.2, color: "#ffc400" }).bringToFront();
      map.fitBounds(layer.getBounds(), { padding: [60, 60], animate: false, maxZoom: 10 });
      layer.openPopup(layer.getBounds().getCenter());
    });
}
