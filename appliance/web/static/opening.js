// SPDX-License-Identifier: Apache-2.0
// 「開く」 beside the ZIPs of the notices: fetched, opened in this page with the password, and saved as they are.
"use strict";

const opening = document.querySelector("dialog[data-zip-library]");

// The ZIP that is being opened. It is fetched once, however often the password is wrong.
let wanted = { path: "", file: null };
let links = [];

const place = (name) => opening.querySelector(`[data-${name}]`);

function say(name) {
  for (const one of ["busy", "wrong", "failed"]) place(one).hidden = one !== name;
}

async function fetched() {
  if (wanted.file) return wanted.file;
  const answer = await fetch(wanted.path, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new TypeError(`${answer.status}`);
  wanted.file = await answer.blob();
  return wanted.file;
}

function offer({ name, content }) {
  const link = Object.assign(document.createElement("a"), { textContent: name, href: URL.createObjectURL(content) });
  link.download = name;
  links.push(link.href);
  const row = document.createElement("li");
  row.append(link);
  place("found").append(row);
  return link;
}

function forget() {
  links.forEach((link) => URL.revokeObjectURL(link));
  links = [];
  wanted = { path: "", file: null };
  place("found").replaceChildren();
  opening.querySelector("input").value = "";
  say("");
}

async function open(event) {
  event.preventDefault();
  const { path } = wanted;
  const button = event.submitter || opening.querySelector("button");
  button.disabled = true;
  say("busy");
  try {
    const found = await zips.opened(await fetched(), opening.querySelector("input").value);
    if (wanted.path !== path) return;
    place("found").replaceChildren();
    const offered = found.map(offer);
    say("");
    if (offered.length === 1) offered[0].click();
    offered[0].focus();
  } catch (error) {
    if (wanted.path === path) say(error.rule === "password" ? "wrong" : "failed");
  } finally {
    button.disabled = false;
  }
}

// The button stands behind the link to the same ZIP; in the page itself it would weigh as much as all else of a line.
function begin(link) {
  const type = link.closest("tr").querySelector("th");
  const name = `${type.firstChild.textContent} ${type.nextElementSibling.textContent}`;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "small quiet" });
  button.textContent = _("ZIP を開く");
  button.dataset.open = link.getAttribute("href");
  button.setAttribute("aria-label", _("ZIP を開く: {name}").replace("{name}", () => name));
  button.addEventListener("click", () => {
    wanted.path = button.dataset.open;
    place("name").textContent = name;
    opening.showModal();
  });
  link.after(" ", button);
}

if (opening && opening.showModal && window.DecompressionStream) {
  document.querySelectorAll("a[data-zip]").forEach(begin);
  document.querySelector("[data-in-page]").hidden = false;
  opening.querySelector("form").addEventListener("submit", open);
  place("close").addEventListener("click", () => opening.close());
  opening.addEventListener("close", forget);
}
