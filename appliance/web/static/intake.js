// SPDX-License-Identifier: Apache-2.0
// Sends a folder of registration forms one after another, each with its own password, and goes on when one fails.
// Without this script the same form sends one file.
"use strict";

(() => {
  const AT_ONCE = 4;
  const TRIES = 10;
  const form = document.querySelector("form[data-intake]");
  const { file: chosen, password } = form.elements;
  const list = form.querySelector("#passwords");
  const progress = form.querySelector("[data-progress]");
  const problems = form.querySelector("[data-problems]");
  const make = (tag, given) => Object.assign(document.createElement(tag), given);

  for (const part of form.querySelectorAll("[data-many]")) part.hidden = false;
  chosen.multiple = true;

  function show(text, done, all) {
    progress.hidden = false;
    progress.querySelector("[data-said]").textContent = text;
    progress.querySelector("progress").value = all ? (100 * done) / all : 0;
  }

  // What is in the file, which Excel saves as UTF-8 or in the Japanese code page.
  function decoded(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("shift_jis").decode(bytes);
    }
  }

  // One line of a CSV as its first two cells.
  function cells(line) {
    const found = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell);
    return found.slice(0, 2).map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
  }

  async function passwords() {
    const [file] = list.files;
    if (!file) return new Map();
    const lines = decoded(await file.arrayBuffer()).split(/\r\n|\n/);
    return new Map(lines.map(cells).filter((pair) => pair.length === 2).map(([name, text]) => [name.trim(), text]));
  }

  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  async function sendOne(file, text) {
    const body = new FormData();
    const command = crypto.randomUUID();
    for (const [name, value] of Object.entries({ form: form.elements.form.value, command, password: text })) body.append(name, value);
    body.append("file", file);
    const answer = await fetch("/registrations/files", { method: "POST", body, credentials: "same-origin", redirect: "error" });
    if (answer.status === 503) throw new TypeError("busy");
    return answer.json();
  }

  // The same again after a cut, or while too much is to be done: the same form twice is one registration.
  async function persist(file, text) {
    for (let tried = 1; ; tried++) {
      try {
        return await sendOne(file, text);
      } catch (error) {
        if (tried >= TRIES) return { id: "", state: "failed", said: [{ what: _("送信できませんでした。"), why: "", next: _("接続を確かめて、もう一度お試しください。") }] };
        await wait(Math.min(500 * 2 ** tried, 15000));
      }
    }
  }

  function tell(file, { id, state, said }) {
    const line = make("li");
    line.append(make("code", { textContent: file.name }));
    if (id) line.append(make("a", { href: `/registrations/${id}`, textContent: _("直すところがあります") }));
    for (const { what, why, next } of said) line.append(make("b", { textContent: what }), make("br"), `${why} ${next}`);
    if (state === "failed" || state === "faults") problems.append(line);
  }

  async function sendAll(files) {
    const texts = await passwords();
    const counts = { new: 0, known: 0, registered: 0, faults: 0, failed: 0 };
    const rest = [...files];
    let done = 0;
    const work = async () => {
      for (let file = rest.shift(); file; file = rest.shift()) {
        const told = await persist(file, texts.get(file.name) ?? password.value);
        counts[told.state] += 1;
        done += 1;
        tell(file, told);
        show(_("読み込んでいます: {all} 件のうち {done} 件").replace("{all}", files.length).replace("{done}", done), done, files.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const text = _("{all} 件を読み込みました。新しい届出 {fresh} 件、直すところのある届出 {faults} 件、読み取れないファイル {failed} 件です。");
    show(text.replace("{all}", files.length).replace("{fresh}", counts.new).replace("{faults}", counts.faults).replace("{failed}", counts.failed), 1, 1);
    return counts;
  }

  form.addEventListener("submit", async (event) => {
    const files = [...chosen.files].filter((file) => file.size);
    if (files.length < 2) return;
    event.preventDefault();
    const button = form.querySelector(".actions button");
    button.disabled = true;
    problems.replaceChildren();
    await sendAll(files);
    button.disabled = false;
  });
})();
