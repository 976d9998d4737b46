// SPDX-License-Identifier: Apache-2.0
// Sends a document in parts, shows how far it is, and goes on where it was after a cut.
// Without this script the same form is sent in one piece.
"use strict";

const TRIES = 6;
const form = document.querySelector("form[data-upload]");

class Refused extends Error {
  constructor(status, said) {
    super(said.what);
    this.status = status;
    this.said = said;
  }
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const mayPass = (error) => !(error instanceof Refused) || error.status === 503;

// The answer as an object. Raises Refused for what the server refuses, TypeError when there is no way to it.
async function send(method, path, body, type) {
  const headers = { "X-Renkei-Form": form.elements.form.value, "Content-Type": type };
  const answer = await fetch(path, { method, headers, body, credentials: "same-origin", redirect: "error" });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

// The same again after a cut: every step is harmless when it comes twice.
async function persist(step, show) {
  for (let tried = 1; ; tried++) {
    try {
      return await step();
    } catch (error) {
      if (tried >= TRIES || !mayPass(error)) throw error;
      show(`接続が切れました。続きから送り直しています（${tried}回目）`);
      await wait(Math.min(1000 * 2 ** tried, 15000));
    }
  }
}

const post = (path, fields) => send("POST", path, JSON.stringify(fields), "application/json");

async function sha256(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (octet) => octet.toString(16).padStart(2, "0")).join("");
}

async function deliver(file, show) {
  const { command, office, type, period } = form.elements;
  const begin = { office: office.value, file_name: file.name, size: String(file.size), command: `${command.value}-begin` };
  const { upload, part_size: partSize } = await persist(() => post("/uploads", begin), show);
  for (let number = 0; number * partSize < file.size; number++) {
    const part = file.slice(number * partSize, (number + 1) * partSize);
    show("送信しています", Math.min(number * partSize, file.size) / file.size);
    await persist(() => send("PUT", `/uploads/${upload}/${number}`, part, "application/octet-stream"), show);
  }
  show("確かめています", 1);
  const end = { type: type.value, period: period.value, sha256: await sha256(file), command: `${command.value}-deliver` };
  return (await persist(() => post(`/uploads/${upload}/deliver`, end), show)).next;
}

function shower() {
  const place = form.querySelector("[data-progress]");
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
  return (text, share) => {
    const percent = share === undefined ? null : Math.floor(share * 100);
    if (percent !== null) place.querySelector("progress").value = percent;
    place.querySelector("[data-said]").textContent = percent === null ? text : `${text}（${percent}%）`;
  };
}

function refusal(error) {
  if (!(error instanceof Refused)) return "接続できません。通信の状態を確かめてから、もう一度「配信する」を押してください。続きから送ります。";
  const { what, why, next } = error.said;
  return `${what} ${why} ${next}`;
}

async function onSubmit(event) {
  const file = form.elements.file.files[0];
  if (!file || !file.size) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const show = shower();
  button.disabled = true;
  try {
    location.assign(await deliver(file, show));
  } catch (error) {
    show(refusal(error));
    form.querySelector("[data-said]").scrollIntoView({ block: "nearest" });
    button.disabled = false;
  }
}

if (form && window.fetch && window.crypto && crypto.subtle) {
  form.addEventListener("submit", onSubmit);
  // Another document is another command: only the same one may go on where it was.
  form.addEventListener("change", () => {
    form.elements.command.value = crypto.randomUUID();
  });
}
