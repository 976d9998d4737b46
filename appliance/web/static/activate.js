// SPDX-License-Identifier: Apache-2.0
// Lets people drop 確認コード onto the form, and says before it is sent which file cannot be one.
// Without this script files are chosen one by one, and the service says the same.
"use strict";

const MOST = 64 * 1024;
const form = document.querySelector("[data-codes]");
const inputs = [...form.querySelectorAll("input[type=file]")];
const fault = form.querySelector("[data-codes-fault]");

function say(text) {
  fault.textContent = text;
  fault.hidden = !text;
}

function look() {
  const large = inputs.flatMap((input) => [...input.files]).find((file) => file.size > MOST);
  say(large ? _("{name} は大きすぎるため、確認コードではありません。選び直してください。").replace("{name}", large.name) : "");
  return !large;
}

// Each file goes to the next input that is free.
function put(files) {
  for (const file of files) {
    const free = inputs.find((input) => !input.files.length);
    if (!free) return say(_("一度に選べるのは3つまでです。残りは、送信したあとで続けて送ってください。"));
    const one = new DataTransfer();
    one.items.add(file);
    free.files = one.files;
  }
  return look();
}

form.querySelector("[data-codes-drop]").hidden = false;
form.addEventListener("dragover", (event) => event.preventDefault());
form.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  put(event.dataTransfer.files);
});
form.addEventListener("change", look);
form.addEventListener("submit", (event) => {
  if (look()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  delete form.dataset.sent;
});
