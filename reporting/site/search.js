// Narrows a list to the entries that have all words that are asked for, in their title or in what the index says of them.
"use strict";
(() => {
  const box = document.getElementById("words"), list = document.getElementById("list"), count = document.getElementById("count");
  const entries = [...list.querySelectorAll("li:has(a)")];
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const texts = entries.map((entry) => plain(entry.textContent));
  const show = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let found = 0;
    entries.forEach((entry, at) => {
      const has = words.every((word) => texts[at].includes(word));
      entry.classList.toggle("none", !has);
      found += has;
    });
    count.textContent = words.length ? `${found} of ${entries.length}` : "";
  };
  window.siteIndex = (index) => {
    entries.forEach((entry, at) => {
      const page = entry.querySelector("a").href;
      const [, text] = index.find(([path]) => page.endsWith("/" + path)) || [];
      texts[at] += " " + plain(text || "");
    });
    show();
  };
  box.value = new URLSearchParams(location.search).get("q") || "";
  box.addEventListener("input", show);
  document.querySelectorAll(".script[hidden]").forEach((each) => { each.hidden = false; });
  const index = document.createElement("script");
  index.src = list.dataset.index;
  document.head.append(index);
  show();
})();
