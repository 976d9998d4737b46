// SPDX-License-Identifier: Apache-2.0
// 「届書を送る」: several files at once, each looked at with preflight.js and an upload of its own with sending.js, with
// what came of each; the deadline and the name that a document will get. Without these scripts the same form sends one file in one piece.
"use strict";

const filing = document.querySelector("form[data-filings]");

// --- the deadline and the name ----------------------------------------------------------------------------------

const DAY = 24 * 60 * 60 * 1000;
const dayOf = (text) => new Date(`${text}T00:00:00Z`);
const LOCALE = document.documentElement.lang === "en" ? "en-GB" : "ja-JP";
const inWords = (day) => day.toLocaleDateString(LOCALE, { dateStyle: "long", timeZone: "UTC" });

// As model/deadlines.py: 30 days later, or the 14th of the next month if that is earlier.
function deadline(event) {
  const next = Date.UTC(event.getUTCFullYear(), event.getUTCMonth() + 1, 14);
  return new Date(Math.min(event.getTime() + 30 * DAY, next));
}

function tellDeadline() {
  const { type, event_on: event } = filing.elements;
  const place = filing.querySelector("[data-deadline]");
  const isStatutory = type.selectedOptions[0].dataset.statutory !== undefined;
  filing.querySelector("[data-event]").hidden = !isStatutory && type.value !== "";
  event.required = isStatutory;
  place.hidden = !(event.value && (isStatutory || type.value === ""));
  if (place.hidden) return;
  const end = deadline(dayOf(event.value));
  const left = Math.round((end - dayOf(filing.dataset.today)) / DAY);
  const rest = left > 0 ? _("あと{days}日です") : left === 0 ? _("今日が期限です") : _("期限を{days}日過ぎています");
  const words = _("提出期限: {day}（{rest}）").replace("{day}", inWords(end)).replace("{rest}", rest);
  place.textContent = words.replace("{days}", Math.abs(left));
}

// The name that a single document gets where its own is not the right one; a ZIP's documents have theirs inside.
function properName(file) {
  const { type, filed_on: filed } = filing.elements;
  const ending = file.name.toLowerCase().match(/\.(pdf|csv|xlsx)$/);
  if (!type.value || !filed.value || !ending) return "";
  const words = [filed.value.replaceAll("-", ""), filing.dataset.office, type.selectedOptions[0].text];
  return `${words.join("_")}${ending[0]}`;
}

// --- the files ------------------------------------------------------------------------------------------------------

let chosen = [];

function make(tag, text, className) {
  return Object.assign(document.createElement(tag), { textContent: text || "", className: className || "" });
}

// A sentence with a name in it; a name may hold anything, also what replace() takes for a pattern.
const named = (sentence, name) => sentence.replace("{name}", () => name);

// Another text in the form is another command: only the same one may go on where it was.
const fresh = (file) => ({ file, command: crypto.randomUUID(), row: make("li"), isDone: false, arrived: {} });

function take(files) {
  const most = filing.elements.follows.value ? 1 : Infinity;
  const more = [...files].map(fresh);
  chosen = [...chosen.filter((one) => !one.isDone), ...more].slice(-most);
  filing.elements.file.value = "";
  filing.elements.file.required = chosen.length === 0;
  drawAll();
  checkAll();
}

function drawAll() {
  const list = filing.querySelector("[data-files]");
  list.hidden = chosen.length === 0;
  filing.querySelector("[data-zip-password]").hidden = !preflight.works || !chosen.some((one) => preflight.isZip(one.file));
  list.replaceChildren(...chosen.map((one) => one.row));
  for (const one of chosen) if (!one.isDone) draw(one);
}

function draw(one) {
  const name = make("p", "", "name");
  const remove = Object.assign(make("button", _("外す"), "quiet small"), { type: "button" });
  remove.setAttribute("aria-label", named(_("{name} を外す"), one.file.name));
  remove.addEventListener("click", () => {
    chosen = chosen.filter((other) => other !== one);
    filing.elements.file.required = chosen.length === 0;
    drawAll();
  });
  name.append(make("span", one.file.name), remove);
  const proper = properName(one.file);
  const progress = Object.assign(make("progress"), { max: 100, value: 0 });
  progress.setAttribute("aria-label", named(_("{name} の送信の進み具合"), one.file.name));
  const place = make("div", "", "progress");
  place.hidden = true;
  const said = make("p");
  said.setAttribute("role", "status");
  said.dataset.said = "";
  place.append(progress, said);
  one.place = place;
  const hint = proper && proper !== one.file.name ? [make("p", named(_("名前が決まりと違うときは「{name}」という名前にします。"), proper), "hint")] : [];
  one.row.replaceChildren(name, ...hint, place);
}

// --- what came of it --------------------------------------------------------------------------------------------------

function linked(filed) {
  const row = make("p");
  const link = Object.assign(make("a", filed.type), { href: `/filings/${filed.id}` });
  row.append(link, ` ${filed.state} `, make("code", filed.name));
  if (filed.came_as) row.append(make("small", named(_("（「{name}」に、決まりどおりの名前を付けました）"), filed.came_as)));
  return row;
}

function troubled(trouble) {
  const row = make("p");
  if (trouble.entry) row.append(make("code", trouble.entry), " ");
  row.append(make("span", trouble.what, "fault"), ` ${trouble.why} ${trouble.next}`);
  if (trouble.suggestion) row.append(` ${_("正しい名前:")} `, make("code", trouble.suggestion));
  return row;
}

function tell(one, came) {
  one.isDone = came.problems.length === 0;
  const name = one.row.querySelector(".name");
  const lines = one.isDone ? came.filings.map(linked) : came.problems.map(troubled);
  one.place.hidden = true;
  const said = one.isDone ? _("受け付けました") : _("受け付けていません");
  name.querySelector("span").textContent = `${one.file.name}: ${said}`;
  if (one.isDone) name.querySelector("button").remove();
  const mend = !one.isDone && one.mendable ? [mending(one)] : [];
  one.row.replaceChildren(name, one.place, ...lines, ...mend);
  // What had problems is not sent again as it was.
  if (!one.isDone) one.command = crypto.randomUUID();
}

// --- before a byte is sent -------------------------------------------------------------------------------------------

const passwordField = () => filing.querySelector("#zip-password");

// What preflight.js finds, looked for once as long as file, type and password stay the same.
function looked(one) {
  const { type, form } = filing.elements;
  const password = passwordField().value;
  const asked = [one.file, type.value, password];
  if (!one.asked || asked.some((value, at) => value !== one.asked[at])) {
    const takesOld = filing.dataset.takesOld !== undefined;
    Object.assign(one, { asked, found: preflight.problems(one.file, password, type.value, form.value, takesOld) });
  }
  return one.found;
}

// Whether nothing is wrong with it, as far as this page can tell; what is wrong is told.
async function check(one) {
  if (!preflight.works) return true;
  const turn = (one.turn = (one.turn || 0) + 1);
  const came = await looked(one);
  // Something was typed since: what it says now counts.
  if (turn !== one.turn || one.isDone) return false;
  if (came.status === 401 || came.status === 403) return turnedAway(one, came.refused);
  one.mendable = came.mendable;
  if (came.problems.length) tell(one, came);
  return came.problems.length === 0;
}

function turnedAway(one, { what, why, next }) {
  one.asked = null;
  isStale = true;
  sending.shower(one.place)(`${what} ${why} ${next}`);
  return false;
}

function checkAll() {
  if (filing.querySelector(".actions button").disabled) return;
  for (const one of chosen) if (!one.isDone) check(one);
}

function mending(one) {
  const button = Object.assign(make("button", _("AES-256 で作り直して送る"), "small"), { type: "button" });
  button.dataset.mend = "";
  button.addEventListener("click", () => mend(one));
  return button;
}

async function mend(one) {
  const field = passwordField();
  filing.querySelector("#zip-password-fault").hidden = field.value !== "";
  if (field.value === "") {
    field.focus();
    return;
  }
  const original = one.file;
  const button = filing.querySelector(".actions button");
  button.disabled = true;
  one.row.querySelector("[data-mend]").disabled = true;
  try {
    one.file = await preflight.mended(original, field.value);
    await sendOne(one);
  } catch {
    // It does not open with this password, and the check says so.
    one.file = original;
    await check(one);
  }
  button.disabled = false;
  // What was not taken begins again with the file as it was chosen.
  if (!one.isDone) Object.assign(one, { file: original, command: crypto.randomUUID(), arrived: {} });
}

// --- sending ----------------------------------------------------------------------------------------------------------

let isStale = false;

// Who has signed in again since, in another tab, goes on with what stands here.
async function renewed() {
  const answer = await fetch("/filings/new", { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form[data-filings] input[name=form]");
  if (token) filing.elements.form.value = token.value;
  isStale = false;
}

async function sendOne(one) {
  if (!(await check(one))) return;
  const { type, filed_on, event_on, note, follows, form } = filing.elements;
  const fields = {};
  for (const input of [type, filed_on, event_on, note, follows]) fields[input.name] = input.value;
  const show = sending.shower(one.place);
  try {
    tell(one, await sending.whole(one.file, form.value, one.command, {}, { name: "submit", fields }, show, one.arrived));
  } catch (error) {
    isStale = isStale || error.status === 401 || error.status === 403;
    // An upload that is gone cannot go on.
    if (error.status === 404) Object.assign(one, { command: crypto.randomUUID(), arrived: {} });
    show(sending.refusal(error, filing.querySelector(".actions button").textContent.trim()));
  }
}

async function sendAll(button) {
  button.disabled = true;
  if (isStale) await renewed();
  for (const one of chosen) if (!one.isDone) await sendOne(one);
  button.disabled = false;
  const left = chosen.filter((one) => !one.isDone).length;
  const said = filing.querySelector("[data-said].summary");
  said.hidden = false;
  said.replaceChildren(
    left
      ? _("{done} 件を受け付けました。{left} 件は、まだ受け付けていません。").replace("{done}", chosen.length - left).replace("{left}", left)
      : _("すべて受け付けました。承認と配信が済むまで、基金には届きません。"),
    " ",
    Object.assign(make("a", _("届書の一覧へ")), { href: "/filings" }),
  );
}

function onSubmit(event) {
  event.preventDefault();
  sendAll(filing.querySelector(".actions button"));
}

function onDrop(event) {
  event.preventDefault();
  filing.querySelector("[data-drop]").classList.remove("over");
  take(event.dataTransfer.files);
}

function begin() {
  const drop = filing.querySelector("[data-drop]");
  const { file, follows } = filing.elements;
  file.multiple = !follows.value;
  filing.querySelector("[data-several]").hidden = Boolean(follows.value);
  file.addEventListener("change", () => take(file.files));
  filing.addEventListener("change", (event) => {
    if (event.target === file) return;
    for (const one of chosen) if (!one.isDone) one.command = crypto.randomUUID();
    tellDeadline();
    drawAll();
    checkAll();
  });
  filing.addEventListener("submit", onSubmit);
  for (const name of ["dragover", "dragenter"]) {
    filing.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  filing.addEventListener("dragleave", () => drop.classList.remove("over"));
  filing.addEventListener("drop", onDrop);
  tellDeadline();
}

if (filing && sending.works) begin();
