// SPDX-License-Identifier: Apache-2.0
// A folder of filings for several offices: who gets what is asked of the service by the names; then they are sent
// office by office, each after the visit was switched to that office, so that no file can get into another one.
"use strict";

const folder = document.querySelector("form[data-folder]");
const rows = folder.querySelector("[data-rows]");
const send = folder.querySelector("[data-send]");
const fault = folder.querySelector("[data-fault]");
const summary = folder.querySelector("[data-said]");
// What systems lay into folders by themselves.
const NOT_MEANT = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;
let files = [];
let token = folder.elements.form.value;
let isSending = false;

function make(tag, text, className) {
  return Object.assign(document.createElement(tag), { textContent: text || "", className: className || "" });
}

const command = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
const put = (sentence, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, () => value), sentence);
const named = (one) => new File([one.file], one.name, { type: one.file.type });
const isReady = (one) => one.isDone || (one.found && one.found.to && (!one.found.asks_event || one.event));

function tell(place, text) {
  place.textContent = text;
  place.hidden = !text;
}

// --- what goes where ------------------------------------------------------------------------------------------------

async function look() {
  tell(fault, "");
  const step = Number(folder.dataset.atOnce);
  try {
    for (let first = 0; first < files.length; first += step) {
      const some = files.slice(first, first + step);
      const names = some.map((one) => one.name).join("\n");
      const { files: found } = await sending.post("/served/check", token, { names }, (text) => tell(summary, text));
      some.forEach((one, index) => (one.found = found[index]));
    }
    tell(summary, "");
  } catch (error) {
    tell(fault, sending.refusal(error, _("送る")));
  }
  draw();
}

function take(list) {
  const chosen = Array.from(list).filter((file) => !NOT_MEANT.test(file.name));
  const fresh = chosen.filter((file) => !files.some((one) => one.file.name === file.name && one.file.size === file.size));
  if (files.length + fresh.length > Number(folder.dataset.most)) {
    tell(fault, put(_("一度に送れるのは {most} 個までです。分けて送ってください。"), { most: folder.dataset.most }));
    return;
  }
  files.push(...fresh.map((file) => ({ file, name: file.name, found: null, event: "", state: "", tone: "", isDone: false, command: command(), arrived: {} })));
  if (files.length) look();
}

function button(text, label, act) {
  const made = make("button", text, "quiet small");
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function problems(one) {
  const place = make("div");
  for (const trouble of one.found.problems) place.append(make("p", `${trouble.what} ${trouble.next}`));
  return place;
}

function eventField(one) {
  const label = make("label", _("事由発生年月日"));
  const field = Object.assign(make("input"), { type: "date", value: one.event, max: "2099-12-31" });
  field.addEventListener("change", () => {
    one.event = field.value;
    ready();
  });
  label.append(field);
  return label;
}

function acts(one) {
  const place = make("td", "", "no-print");
  if (one.isDone || isSending) return place;
  if (one.found?.suggestion) {
    const text = put(_("「{name}」にして送る"), { name: one.found.suggestion });
    place.append(button(_("名前を直す"), text, () => {
      one.name = one.found.suggestion;
      look();
    }));
  }
  place.append(button(_("外す"), put(_("{name} を送らない"), { name: one.name }), () => {
    files = files.filter((other) => other !== one);
    draw();
  }));
  return place;
}

function state(one) {
  const place = make("td", "", "long");
  if (one.state) place.append(make("span", one.state, `state ${one.tone}`));
  else if (one.found?.problems.length) place.append(make("span", _("送れません"), "state bad"), problems(one));
  else if (one.found?.asks_event) place.append(eventField(one));
  else if (one.found) place.append(make("span", _("送れます"), "state good"));
  if (one.found?.suggestion && !one.isDone) place.append(make("p", put(_("正しい名前: {name}"), { name: one.found.suggestion })));
  return place;
}

function draw() {
  rows.replaceChildren(...files.map((one) => {
    const row = make("tr");
    const head = make("th", one.name);
    head.scope = "row";
    const office = make("td");
    office.append(make("bdi", one.found?.office || "―"));
    row.append(head, office, make("td", one.found?.type || "―"), state(one), acts(one));
    one.place = row;
    return row;
  }));
  folder.querySelector("[data-table]").hidden = !files.length;
  ready();
}

function redraw(one, text, tone) {
  [one.state, one.tone] = [text, tone];
  one.place.children[3].replaceWith(state(one));
}

// One that is wrong holds up all of them: nobody is to think that everything was sent.
function ready() {
  const waiting = files.filter((one) => !one.isDone);
  send.hidden = !waiting.length;
  send.disabled = isSending || !waiting.every(isReady);
}

// --- sending --------------------------------------------------------------------------------------------------------

async function switchTo(office) {
  const { form } = await sending.post("/served/folder/switch", token, { to: office }, () => {});
  token = form;
  for (const field of document.querySelectorAll("input[name=form]")) field.value = form;
}

async function sendOne(one) {
  const fields = { type: "", filed_on: folder.dataset.today, event_on: one.event, note: "", follows: "" };
  const show = (text, share) => redraw(one, share === undefined ? text : `${text} (${Math.floor(share * 100)}%)`, "new");
  const said = await sending.whole(named(one), token, one.command, {}, { name: "submit", fields }, show, { arrived: one.arrived });
  if (said.problems.length) {
    const [first] = said.problems;
    redraw(one, `${first.what} ${first.next}`, "bad");
    // It may be sent again, once it was mended: as another file.
    [one.command, one.arrived] = [command(), {}];
    return;
  }
  one.isDone = true;
  redraw(one, said.filings.map((filing) => filing.state).join(_("、")), "good");
}

async function sendAll(event) {
  event.preventDefault();
  isSending = true;
  tell(fault, "");
  draw();
  const waiting = files.filter((one) => !one.isDone);
  try {
    for (const office of new Set(waiting.map((one) => one.found.to))) {
      await switchTo(office);
      for (const one of waiting.filter((other) => other.found.to === office)) await sendOne(one);
    }
  } catch (error) {
    tell(fault, sending.refusal(error, _("送る")));
  }
  await goHome();
  isSending = false;
  const done = files.filter((one) => one.isDone).length;
  tell(summary, put(_("{count} 個のうち {done} 個を送りました。"), { count: String(files.length), done: String(done) }));
  draw();
}

// Whoever goes on from here begins at the own office, and not at the last one of the list.
async function goHome() {
  try {
    await switchTo(folder.dataset.own);
    // Another page may have said meanwhile that the office is another one (visit.js); it is this one's again.
    for (const part of document.querySelectorAll("main, nav.ways")) part.inert = false;
  } catch (error) {
    tell(fault, sending.refusal(error, _("送る")));
  }
}

const drop = folder.querySelector("[data-drop]");
folder.querySelector("#files").addEventListener("change", (event) => {
  take(event.target.files);
  event.target.value = "";
});
drop.addEventListener("dragover", (event) => event.preventDefault());
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  take(event.dataTransfer.files);
});
folder.addEventListener("submit", sendAll);
window.addEventListener("beforeunload", (event) => {
  if (isSending) event.preventDefault();
});
