// SPDX-License-Identifier: Apache-2.0
// Makes forms kinder: shows passwords, warns of Caps Lock and full-width letters, marks all boxes, sends a form once.
// Without this script nothing is missing but that.
"use strict";

const CAPS = _("Caps Lock がオンになっています。");
const WIDE = _("全角の文字が含まれています。日本語入力を切って入力してください。");

function warn(input, text) {
  const id = `${input.id}-warning`;
  let place = document.getElementById(id);
  if (!place && !text) return;
  if (!place) {
    place = Object.assign(document.createElement("p"), { id, className: "warn" });
    place.setAttribute("role", "status");
    input.before(place);
  }
  place.textContent = text;
  place.hidden = !text;
}

function watch(input) {
  const look = (event) => {
    const caps = event.getModifierState && event.getModifierState("CapsLock");
    const wide = [...input.value].some((sign) => sign > "~");
    warn(input, wide ? WIDE : caps ? CAPS : "");
  };
  input.addEventListener("keyup", look);
  input.addEventListener("input", look);
}

function showing(box) {
  const inputs = box.form.querySelectorAll("input[type=password]");
  box.closest("[data-show-password]").hidden = false;
  box.addEventListener("change", () => {
    for (const input of inputs) input.type = box.checked ? "text" : "password";
  });
}

// Marks the rules of a new password as they are met.
function ruled(input) {
  const [length, kinds] = document.getElementById(`${input.id}-rules`).children;
  const { least, most, kinds: needed } = input.dataset;
  input.addEventListener("input", () => {
    const { value } = input;
    const kept = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
    length.classList.toggle("met", /^[!-~]*$/.test(value) && value.length >= Number(least) && value.length <= Number(most));
    kinds.classList.toggle("met", kept >= Number(needed));
  });
}

// A second click on the button while the first is on its way is one too many.
function once(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

// One box for all boxes of its form.
function markAll(box) {
  box.closest("[data-mark-all]").hidden = false;
  box.addEventListener("change", () => {
    for (const one of box.form.querySelectorAll("td input[type=checkbox]")) one.checked = box.checked;
  });
}

// Without this script there is no button for it: the browser has one of its own.
function printing(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

function prepare(part) {
  part.querySelectorAll("[data-print]").forEach(printing);
  part.querySelectorAll("input[type=password]").forEach(watch);
  part.querySelectorAll("[data-mark-all] input").forEach(markAll);
  part.querySelectorAll("input[data-kinds]").forEach(ruled);
  part.querySelectorAll("[data-show-password] input").forEach(showing);
  part.querySelectorAll("form[data-once]").forEach(once);
}

prepare(document);
// live.js has put something new into a part of the page.
document.addEventListener("renkei:fresh", (event) => prepare(event.detail));
// A page that comes back from the browser's memory may send again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
