// SPDX-License-Identifier: Apache-2.0
// Delivers a notice with sending.js to one office or many, and lets people tick offices instead of typing numbers.
// Without these scripts the same form is sent in one piece.
"use strict";

const GROUP = 100;
const form = document.querySelector("form[data-deliver]");
const values = (...names) => Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
const make = (tag, given) => Object.assign(document.createElement(tag), given);
const renew = () => {
  form.elements.command.value = crypto.randomUUID();
};

// --- delivering -----------------------------------------------------------------------------------------------------

// To the first office. What comes back: the notice and the offices that are left, or problems of the document.
async function deliver(file, show) {
  const { form: token, command, sure } = form.elements;
  const whom = values("to", "office", "numbers");
  const end = { name: "deliver", fields: { ...whom, ...values("type", "period") } };
  const begin = { ...whom, sure: sure.checked ? sure.value : "" };
  return sending.whole(file, token.value, command.value, begin, end, show);
}

// Copies to the others, a group after the other; the page that follows.
async function copy({ notice, had: first, rest }, show) {
  const { form: token, command } = form.elements;
  let delivered = first ? 0 : 1;
  for (let start = 0; start < rest.length; start += GROUP) {
    const text = _("配信しています: {all} 事業所のうち {done}").replace("{all}", rest.length + 1).replace("{done}", start + 1);
    show(text, start / rest.length);
    const fields = { offices: rest.slice(start, start + GROUP).join(","), command: `${command.value}-copies-${start / GROUP}` };
    delivered += (await sending.post(`/notices/${notice}/copies`, token.value, fields, show)).delivered;
  }
  const had = rest.length + 1 - delivered;
  return `/notices?delivered=${delivered}${had ? `&had=${had}` : ""}`;
}

// The number of another office in the file's name: somebody has to look again and say so; "" asks no more.
function ask(number) {
  Object.assign(form.elements.sure, { value: number, checked: false });
  form.querySelector("[data-doubt]").hidden = number === "";
}

function list(problems) {
  const lines = problems.map(({ entry, what, why, next }) => {
    const line = make("li");
    if (entry) line.append(make("code", { textContent: entry }));
    line.append(make("b", { textContent: what }), make("br"), why, make("br"), next);
    return line;
  });
  form.querySelector("[data-problems]").replaceChildren(...lines);
}

async function sendAll(file, show) {
  const { problems, ...sent } = await deliver(file, show);
  if (!problems) return location.assign(await copy(sent, show));
  show(_("まだ配信していません。ファイルに問題があります。直したファイルを選び直してください。"));
  list(problems);
  return renew();
}

async function onSubmit(event) {
  const file = form.elements.file.files[0];
  if (!file || !file.size) return;
  event.preventDefault();
  const button = form.querySelector(".actions button");
  const show = sending.shower(form.querySelector("[data-progress]"));
  list([]);
  button.disabled = true;
  try {
    await sendAll(file, show);
  } catch (error) {
    show(sending.refusal(error, button.textContent.trim()));
    if (error.said && error.said.doubt) ask(error.said.doubt);
    // What was refused is another command when it comes again; what was cut, or came too early, goes on.
    if (error.said && error.status !== 503) renew();
    form.querySelector("[data-said]").scrollIntoView({ block: "nearest" });
  }
  button.disabled = false;
}

// --- ticking offices ------------------------------------------------------------------------------------------------

// 12, 13, 14, 20 as "12-14, 20": short enough for thousands.
function ranges(numbers) {
  const runs = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

function tickable(option) {
  const label = make("label", { className: "choice" });
  label.append(make("input", { type: "checkbox", value: option.dataset.number }), make("span", { textContent: option.textContent }));
  return label;
}

class Picker {
  constructor(place) {
    this.labels = [...form.elements.office.options].filter((option) => option.value).map(tickable);
    this.count = make("p", { className: "hint" });
    this.count.setAttribute("role", "status");
    this.search = make("input", { type: "search", placeholder: _("事業所を番号や名前で探す") });
    this.search.setAttribute("aria-label", this.search.placeholder);
    this.search.addEventListener("input", () => this.narrow());
    const all = this.button(_("表示中をすべて選ぶ"), () => this.set(this.labels.filter((label) => !label.hidden), true));
    const none = this.button(_("選択を外す"), () => this.set(this.labels, false));
    const offices = make("div", { className: "picked" });
    offices.append(...this.labels);
    offices.addEventListener("change", () => this.write());
    const buttons = make("p", { className: "ways-on after" });
    buttons.append(all, none);
    place.append(this.search, buttons, this.count, offices);
    place.hidden = false;
  }

  button(textContent, act) {
    const made = make("button", { type: "button", className: "quiet small", textContent });
    made.addEventListener("click", act);
    return made;
  }

  narrow() {
    const wanted = this.search.value.normalize("NFKC").trim();
    for (const label of this.labels) label.hidden = !label.textContent.normalize("NFKC").includes(wanted);
  }

  set(labels, checked) {
    for (const label of labels) label.firstChild.checked = checked;
    this.write();
  }

  write() {
    const ticked = this.labels.map((label) => label.firstChild).filter((box) => box.checked);
    form.elements.numbers.value = ranges(ticked.map((box) => Number(box.value)));
    this.count.textContent = _("{count} 件を選んでいます。").replace("{count}", ticked.length);
    renew();
  }
}

// --- the form ---------------------------------------------------------------------------------------------------------

// Only the fields of the chosen way are in sight, and only files of the chosen kind on offer.
function fit() {
  for (const part of form.querySelectorAll("[data-to]")) part.hidden = part.dataset.to !== form.elements.to.value;
  const { type, file } = form.elements;
  file.accept = type.selectedOptions[0]?.dataset.accept || ".pdf,.csv,.xlsx";
}

if (form && sending.works) {
  form.addEventListener("submit", onSubmit);
  // Another document, or another office, is another command: only the same one may go on where it was.
  form.addEventListener("change", (event) => {
    renew();
    if (event.target.id !== "sure") ask("");
    fit();
  });
  new Picker(form.querySelector("[data-picker]"));
  fit();
}
