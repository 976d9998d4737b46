// SPDX-License-Identifier: Apache-2.0
// Finds symptoms while somebody types, and opens the one that an address names. Without it the form asks the site.
"use strict";

const plain = (text) => text.normalize("NFKC").toLowerCase()
  .replace(/[\u30a1-\u30f6]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60));
const field = document.getElementById("q");
const found = document.querySelector("[data-found]");
const answers = [...document.querySelectorAll(".answer")].map((one) => [one, plain(one.textContent + one.dataset.words)]);

field.addEventListener("input", () => {
  const terms = plain(field.value).split(/\s+/);
  let count = 0;
  for (const [one, text] of answers) {
    one.hidden = !terms.every((term) => text.includes(term));
    count += one.hidden ? 0 : 1;
  }
  found.textContent = count ? "" : found.dataset.none;
});

function named() {
  const one = location.hash && document.getElementById(location.hash.slice(1));
  if (one instanceof HTMLDetailsElement) one.open = true;
}

addEventListener("hashchange", named);
named();
