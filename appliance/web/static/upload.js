// SPDX-License-Identifier: Apache-2.0
// Delivers a document with sending.js. Without these scripts the same form is sent in one piece.
"use strict";

const form = document.querySelector("form[data-upload]");

async function deliver(file, show) {
  const { command, office, type, period } = form.elements;
  const end = { name: "deliver", fields: { type: type.value, period: period.value } };
  return sending.whole(file, form.elements.form.value, command.value, { office: office.value }, end, show);
}

async function onSubmit(event) {
  const file = form.elements.file.files[0];
  if (!file || !file.size) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const show = sending.shower(form.querySelector("[data-progress]"));
  button.disabled = true;
  try {
    location.assign((await deliver(file, show)).next);
  } catch (error) {
    show(sending.refusal(error, button.textContent.trim()));
    form.querySelector("[data-said]").scrollIntoView({ block: "nearest" });
    button.disabled = false;
  }
}

if (form && sending.works) {
  form.addEventListener("submit", onSubmit);
  // Another document is another command: only the same one may go on where it was.
  form.addEventListener("change", () => {
    form.elements.command.value = crypto.randomUUID();
  });
}
