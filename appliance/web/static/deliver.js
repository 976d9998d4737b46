// SPDX-License-Identifier: Apache-2.0
// Delivers a notice in parts to one office or many, shows how far it is, and goes on where it was after a cut.
// Lets people tick offices instead of typing their numbers. Without this script the same form is sent in one piece.
"use strict";

const TRIES = 6;
const GROUP = 100;
const form = document.querySelector("form[data-deliver]");

class Refused extends Error {
  constructor(status, said) {
    super(said.what);
    this.status = status;
    this.said = said;
  }
}

class Faulty extends Error {
  constructor(problems) {
    super("problems");
    this.problems = problems;
  }
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const mayPass = (error) => !(error instanceof Refused) || error.status === 503;
const values = (...names) => Object.fromEntries(names.map((name) => [name, form.elements[name].value]));

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

async function upload(file, command, show) {
  const sure = form.elements.sure.checked ? form.elements.sure.value : "";
  const begin = { ...values("to", "office", "numbers"), sure, file_name: file.name, size: String(file.size), command: `${command}-begin` };
  const { upload: id, part_size: partSize } = await persist(() => post("/uploads", begin), show);
  for (let number = 0; number * partSize < file.size; number++) {
    const part = file.slice(number * partSize, (number + 1) * partSize);
    show("送信しています", (number * partSize) / file.size);
    await persist(() => send("PUT", `/uploads/${id}/${number}`, part, "application/octet-stream"), show);
  }
  return id;
}

// To the first office, then copies to the others; the path of the page that follows.
async function deliver(file, show) {
  const command = form.elements.command.value;
  const id = await upload(file, command, show);
  show("確かめています", 1);
  const end = { ...values("to", "office", "numbers", "type", "period"), sha256: await sha256(file), command: `${command}-deliver` };
  const { notice, rest, problems } = await persist(() => post(`/uploads/${id}/deliver`, end), show);
  if (problems) throw new Faulty(problems);
  let delivered = 1;
  for (let start = 0; start < rest.length; start += GROUP) {
    show(`配信しています: ${start + 1} / ${rest.length + 1} 事業所`, start / rest.length);
    const fields = { offices: rest.slice(start, start + GROUP).join(","), command: `${command}-copies-${start / GROUP}` };
    delivered += (await persist(() => post(`/notices/${notice}/copies`, fields), show)).delivered;
  }
  const had = rest.length + 1 - delivered;
  return `/notices?delivered=${delivered}${had ? `&had=${had}` : ""}`;
}

function shower() {
  const place = form.querySelector("[data-progress]");
  place.hidden = false;
  place.querySelector("[data-problems]").replaceChildren();
  place.scrollIntoView({ block: "nearest" });
  return (text, share) => {
    const percent = share === undefined ? null : Math.floor(share * 100);
    if (percent !== null) place.querySelector("progress").value = percent;
    place.querySelector("[data-said]").textContent = percent === null ? text : `${text}（${percent}%）`;
  };
}

const sentence = ({ what, why, next }) => `${what} ${why} ${next}`;

function refusal(error) {
  if (error instanceof Faulty) return "まだ配信していません。ファイルに問題があります。直したファイルを選び直してください。";
  if (error instanceof Refused) return sentence(error.said);
  return "接続できません。通信の状態を確かめてから、もう一度「配信する」を押してください。続きから送ります。";
}

// The number of another office in the file's name: somebody has to look again and say so.
function doubt(number) {
  form.elements.sure.value = number;
  form.elements.sure.checked = false;
  form.querySelector("[data-doubt]").hidden = false;
}

function list(problems) {
  const lines = problems.map((problem) => {
    const line = document.createElement("li");
    line.textContent = (problem.entry ? `${problem.entry}: ` : "") + sentence(problem);
    return line;
  });
  form.querySelector("[data-problems]").replaceChildren(...lines);
}

async function onSubmit(event) {
  const file = form.elements.file.files[0];
  if (!file || !file.size) return;
  event.preventDefault();
  const button = form.querySelector(".actions button");
  const show = shower();
  button.disabled = true;
  try {
    location.assign(await deliver(file, show));
  } catch (error) {
    show(refusal(error));
    if (error instanceof Refused && error.said.doubt) doubt(error.said.doubt);
    if (error instanceof Faulty) list(error.problems);
    // What was refused is another command when it comes again; what was cut goes on.
    if (error instanceof Faulty || error instanceof Refused) form.elements.command.value = crypto.randomUUID();
    form.querySelector("[data-said]").scrollIntoView({ block: "nearest" });
    button.disabled = false;
  }
}

// --- ticking offices ---------------------------------------------------------------------------------------------

// "12, 13, 14, 20" is 12-14, 20: short enough for thousands.
function ranges(numbers) {
  const runs = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

function box(option) {
  const label = Object.assign(document.createElement("label"), { className: "choice" });
  const tick = Object.assign(document.createElement("input"), { type: "checkbox", value: option.dataset.number });
  const name = Object.assign(document.createElement("span"), { textContent: option.textContent });
  label.append(tick, name);
  return label;
}

// An element that is found in no form, so that nothing of it is sent.
function pick(place) {
  const boxes = [...form.elements.office.options].filter((option) => option.value).map(box);
  const search = Object.assign(document.createElement("input"), { type: "search", placeholder: "事業所を番号や名前で探す" });
  search.setAttribute("aria-label", search.placeholder);
  const all = Object.assign(document.createElement("button"), { type: "button", className: "quiet small", textContent: "表示中をすべて選ぶ" });
  const none = Object.assign(document.createElement("button"), { type: "button", className: "quiet small", textContent: "選択を外す" });
  const count = Object.assign(document.createElement("p"), { className: "hint" });
  count.setAttribute("role", "status");
  const tick = (label) => label.querySelector("input");
  const write = () => {
    const numbers = boxes.map(tick).filter((one) => one.checked).map((one) => Number(one.value));
    form.elements.numbers.value = ranges(numbers);
    form.elements.command.value = crypto.randomUUID();
    count.textContent = `${numbers.length} 件を選んでいます。`;
  };
  const seen = () => boxes.filter((label) => !label.hidden);
  const set = (labels, checked) => {
    for (const label of labels) tick(label).checked = checked;
    write();
  };
  search.addEventListener("input", () => {
    const wanted = search.value.normalize("NFKC").trim();
    for (const label of boxes) label.hidden = !label.textContent.normalize("NFKC").includes(wanted);
  });
  all.addEventListener("click", () => set(seen(), true));
  none.addEventListener("click", () => set(boxes, false));
  const offices = Object.assign(document.createElement("div"), { className: "picked" });
  offices.addEventListener("change", write);
  offices.append(...boxes);
  place.append(search, all, " ", none, count, offices);
  place.hidden = false;
}

// Only the fields of the chosen way are in sight.
function shown() {
  for (const part of form.querySelectorAll("[data-to]")) part.hidden = part.dataset.to !== form.elements.to.value;
}

function accepted() {
  const accept = form.elements.type.selectedOptions[0]?.dataset.accept;
  form.elements.file.accept = accept || ".pdf,.csv,.xlsx";
}

if (form && window.fetch && window.crypto && crypto.subtle) {
  form.addEventListener("submit", onSubmit);
  // Another document, or another office, is another command: only the same one may go on where it was.
  form.addEventListener("change", () => {
    form.elements.command.value = crypto.randomUUID();
    shown();
    accepted();
  });
  pick(form.querySelector("[data-picker]"));
  shown();
  accepted();
}
