// SPDX-License-Identifier: Apache-2.0
// 「届書を送る」: several files at once, each looked at with preflight.js and an upload of its own with sending.js, with
// what came of each; the deadline and the name that a document will get. Each file is a filing of its own, and so is
// each document of a ZIP (A45): there is nothing to pack together. Without these scripts the same form sends one file
// in one piece.
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

const fresh = (file) => ({ file, row: make("li"), state: "", isDone: false, arrived: null, share: 0 });
const isSame = (one, file) => ["name", "size", "lastModified"].every((name) => one[name] === file[name]);

function take(files) {
  const most = filing.elements.follows.value ? 1 : Infinity;
  const left = chosen.filter((one) => !one.isDone);
  const more = [...files].filter((file) => !left.some((one) => isSame(one.original || one.file, file))).map(fresh);
  chosen = [...left, ...more].slice(-most);
  filing.elements.file.value = "";
  drawAll();
  checkAll();
}

function drop(one) {
  one.stop?.abort();
  chosen = chosen.filter((other) => other !== one);
  drawAll();
}

function drawAll() {
  const list = filing.querySelector("[data-files]");
  list.hidden = chosen.length === 0;
  filing.elements.file.required = chosen.length === 0;
  filing.querySelector("[data-zip-password]").hidden = !preflight.works || !chosen.some((one) => preflight.isZip(one.file));
  list.replaceChildren(...chosen.map((one) => one.row));
  for (const one of chosen) if (!one.isDone && one.state !== "sending") draw(one);
}

function button(text, label, className, act) {
  const made = Object.assign(make("button", text, className), { type: "button" });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function draw(one) {
  const name = make("p", "", "name");
  const remove = button(_("外す"), named(_("{name} を外す"), one.file.name), "quiet small", () => drop(one));
  name.append(make("span", one.file.name), remove);
  const proper = properName(one.file);
  const progress = Object.assign(make("progress"), { max: 100, value: 0 });
  progress.setAttribute("aria-label", named(_("{name} の送信の進み具合"), one.file.name));
  const place = make("div", "", "progress");
  place.hidden = true;
  const said = make("p");
  said.setAttribute("role", "status");
  said.dataset.said = "";
  const hold = button("", "", "quiet small", () => (one.state === "held" ? enqueue([one]) : one.stop?.abort()));
  hold.hidden = true;
  place.append(progress, said, hold);
  Object.assign(one, { place, hold });
  const hint = proper && proper !== one.file.name ? [make("p", named(_("名前が決まりと違うときは「{name}」という名前にします。"), proper), "hint")] : [];
  one.row.replaceChildren(name, ...hint, place);
  if (one.state === "held") become(one, "held");
}

// waiting, sending, held by the person, or "": nothing is under way.
function become(one, state) {
  one.state = state;
  const text = state === "held" ? _("続ける") : _("中断");
  one.hold.hidden = state !== "sending" && state !== "held";
  one.hold.textContent = text;
  one.hold.setAttribute("aria-label", `${one.file.name}: ${text}`);
  if (state === "held") sending.shower(one.place)(_("中断しています。「続ける」を押すと、続きから送ります。"));
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
  // What was taken is over, and what had problems is not sent again as it was.
  if (one.arrived) resuming.forget(one.arrived);
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
  if (isRunning) return;
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
  one.row.querySelector("[data-mend]").disabled = true;
  one.original = one.file;
  try {
    one.file = await preflight.mended(one.original, field.value);
    one.arrived = null;
    await enqueue([one]);
  } catch {
    // It does not open with this password, and the check says so.
    one.file = one.original;
    await check(one);
  }
}

// --- sending ----------------------------------------------------------------------------------------------------------

let isStale = false;
let isRunning = false;

// Who has signed in again since, in another tab, goes on with what stands here.
async function renewed() {
  const answer = await fetch("/filings/new", { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form[data-filings] input[name=form]");
  if (token) filing.elements.form.value = token.value;
  isStale = false;
}

// All that is chosen, as one bar.
function drawWhole() {
  const place = filing.querySelector("[data-whole]");
  const bytes = chosen.reduce((sum, one) => sum + one.file.size, 0);
  const sent = chosen.reduce((sum, one) => sum + one.file.size * (one.isDone ? 1 : one.share), 0);
  place.hidden = !isRunning || chosen.length < 2;
  place.querySelector("progress").value = bytes ? (100 * sent) / bytes : 0;
}

async function submit(one) {
  const { file } = one;
  const show = sending.shower(one.place);
  const told = (text, share) => {
    one.share = share ?? one.share;
    show(text, share);
    drawWhole();
  };
  one.arrived ||= await resuming.recall(file);
  const how = { arrived: one.arrived, kept: () => resuming.keep(one.arrived), signal: one.stop.signal };
  const command = await resuming.command(one.arrived, one.fields);
  const end = { name: "submit", fields: one.fields };
  tell(one, await sending.whole(file, filing.elements.form.value, command, {}, end, told, how));
}

function failed(one, error) {
  if (one.stop.signal.aborted) return chosen.includes(one) && become(one, "held");
  isStale = isStale || error.status === 401 || error.status === 403;
  // An upload that is gone cannot go on.
  if (error.status === 404) resuming.forget(one.arrived);
  return sending.shower(one.place)(sending.refusal(error, filing.querySelector(".actions button").textContent.trim()));
}

async function sendOne(one) {
  one.stop = new AbortController();
  become(one, "sending");
  try {
    if (await check(one)) await submit(one);
  } catch (error) {
    failed(one, error);
  }
  if (one.state === "sending") become(one, "");
  // What was made in this page, and not taken, begins again with the file as it was chosen.
  if (one.original && !one.isDone && one.state !== "held") Object.assign(one, { file: one.original, original: null, arrived: null });
}

// One after the other, also what somebody lets go on while others are sent.
async function enqueue(all) {
  const values = ["type", "filed_on", "event_on", "note", "follows"].map((name) => [name, filing.elements[name].value]);
  for (const one of all) Object.assign(one, { state: "waiting", fields: Object.fromEntries(values) });
  if (isRunning) return;
  const send = filing.querySelector(".actions button");
  isRunning = send.disabled = true;
  try {
    if (isStale) await renewed();
  } catch {
    // No way to the service: sending says so.
  }
  for (let one = all[0]; one; one = chosen.find(({ state }) => state === "waiting")) await sendOne(one);
  isRunning = send.disabled = false;
  // A button that cannot be pressed loses the focus.
  if (document.activeElement === document.body) send.focus({ preventScroll: true });
  drawWhole();
  sumUp();
}

function summary() {
  const left = chosen.filter((one) => !one.isDone).length;
  const done = chosen.length - left;
  if (left === 0) return _("すべて受け付けました。承認と配信が済むまで、基金には届きません。");
  if (done === 0) return _("まだ何も受け付けていません。上の説明を確かめてください。");
  const words = _("{done} 件を受け付けました。{left} 件は、まだ受け付けていません。上の説明を確かめてください。");
  return words.replace("{done}", done).replace("{left}", left);
}

function sumUp() {
  const said = filing.querySelector("[data-said].summary");
  said.hidden = chosen.length === 0;
  said.replaceChildren(
    summary(),
    " ",
    Object.assign(make("a", _("届書の一覧へ")), { href: "/filings" }),
  );
}

function onSubmit(event) {
  event.preventDefault();
  if (!isRunning) enqueue(chosen.filter((one) => !one.isDone));
}

// Wherever on the page somebody lets files go: beside the field the browser would leave the page and show them.
function onDrag(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  const isOver = event.type === "dragover" || event.type === "dragenter" || (event.type === "dragleave" && event.relatedTarget);
  filing.querySelector("[data-drop]").classList.toggle("over", Boolean(isOver));
  if (event.type === "drop") onDrop(event.dataTransfer);
}

function onDrop({ files, items }) {
  const isFolder = [...items].map((item) => Boolean(item.webkitGetAsEntry?.()?.isDirectory));
  filing.querySelector("[data-folder]").hidden = !isFolder.includes(true);
  take([...files].filter((_file, at) => !isFolder[at]));
}

function begin() {
  const { file, follows } = filing.elements;
  file.multiple = !follows.value;
  filing.querySelector("[data-several]").hidden = Boolean(follows.value);
  file.addEventListener("change", () => take(file.files));
  filing.addEventListener("change", (event) => {
    if (event.target === file) return;
    tellDeadline();
    drawAll();
    checkAll();
  });
  filing.addEventListener("submit", onSubmit);
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) document.addEventListener(name, onDrag, true);
  // Who leaves while something is sent is asked by the browser.
  window.addEventListener("beforeunload", (event) => isRunning && event.preventDefault());
  tellDeadline();
}

if (filing && sending.works) begin();
