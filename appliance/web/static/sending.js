// SPDX-License-Identifier: Apache-2.0
// Sends a file in parts, shows how far it is, and goes on where it was after a cut or a pause. For the scripts of pages.
"use strict";

const sending = (() => {
  const TRIES = 10;
  const LONGEST_PAUSE = 15000;
  // The service itself waits half as long for bytes that do not come.
  const SILENCE = 60000;
  const STEP = 10;

  class Refused extends Error {
    constructor(status, said) {
      super(said.what);
      this.status = status;
      this.said = said;
    }
  }

  // For a while, or until the network is back; a signal ends it, as it ends all that is under way here.
  function wait(milliseconds, signal) {
    return new Promise((done, fail) => {
      const timer = setTimeout(done, milliseconds);
      window.addEventListener("online", done, { once: true });
      signal?.addEventListener("abort", () => (clearTimeout(timer), fail(signal.reason)), { once: true });
    });
  }

  const mayPass = (error) => !(error instanceof Refused) || error.status === 503;

  // The answer as an object. Raises Refused for what the server refuses, TypeError when there is no way to it.
  async function send(path, token, body, signal) {
    const headers = { "X-Renkei-Form": token, "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body, signal, credentials: "same-origin", redirect: "error" });
    const said = await answer.json();
    if (!answer.ok) throw new Refused(answer.status, said);
    return said;
  }

  function answered(request, done, fail) {
    if (!request.response) fail(new TypeError("no answer of ours"));
    else if (request.status !== 200) fail(new Refused(request.status, request.response));
    else done(request.response);
  }

  // As send(), for bytes: fetch() does not tell how many have left. A silent network is a cut one.
  function put(path, token, bytes, told, signal) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      let timer = 0;
      const live = () => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), SILENCE);
      };
      const cut = () => fail(signal?.aborted ? signal.reason : new TypeError("cut"));
      request.open("PUT", path);
      request.responseType = "json";
      request.setRequestHeader("X-Renkei-Form", token);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => (live(), told(event.loaded)));
      request.addEventListener("load", () => answered(request, done, fail));
      for (const name of ["error", "abort"]) request.addEventListener(name, cut);
      request.addEventListener("loadend", () => clearTimeout(timer));
      signal?.addEventListener("abort", () => request.abort(), { once: true });
      live();
      request.send(bytes);
    });
  }

  // The same again after a cut: every step is harmless when it comes twice.
  async function persist(step, show, signal) {
    for (let tried = 1; ; tried++) {
      signal?.throwIfAborted();
      try {
        return await step();
      } catch (error) {
        if (tried >= TRIES || signal?.aborted || !mayPass(error)) throw error;
        show(_("接続が切れました。続きから送り直しています（{tried}回目）").replace("{tried}", tried));
        await wait(Math.min(1000 * 2 ** tried, LONGEST_PAUSE) * (0.75 + Math.random() / 2), signal);
      }
    }
  }

  const post = (path, token, fields, show, signal) =>
    persist(() => send(path, token, JSON.stringify(fields), signal), show, signal);

  // The browser reads a file when it is needed, and refuses one that is no longer what was chosen.
  async function readable(file) {
    try {
      await file.slice(0, 1).arrayBuffer();
    } catch {
      const why = _("選んだ後で、変更・移動・削除されたようです。");
      throw new Refused(0, { what: _("ファイルを読み取れません。"), why, next: _("もう一度選び直してください。") });
    }
  }

  async function sha256(file) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (octet) => octet.toString(16).padStart(2, "0")).join("");
  }

  // The parts that have not arrived.
  async function parts(file, token, { arrived, kept, signal, upload, size }, show) {
    for (let number = arrived.parts; number * size < file.size; number++) {
      const start = number * size;
      const told = (count) => show(_("送信しています"), Math.min(start + count, file.size) / file.size);
      told(0);
      await readable(file);
      await persist(() => put(`/uploads/${upload}/${number}`, token, file.slice(start, start + size), told, signal), show, signal);
      arrived.parts = number + 1;
      kept();
    }
  }

  // All parts of a file, and then its end at /uploads/{id}/{end.name} with end.fields: what that answers.
  // arrived remembers the upload and its parts, for who goes on after a long cut, and arrived.begin the command that
  // began it, where that is not the one which ends it. kept is called when another part is there; signal stops it.
  async function whole(file, token, command, fields, end, show, { arrived = {}, kept = () => {}, signal } = {}) {
    const first = `${arrived.begin || command}-begin`;
    const begin = { ...fields, file_name: file.name, size: String(file.size), command: first };
    const { upload, part_size: size } = await post("/uploads", token, begin, show, signal);
    if (arrived.upload !== upload) Object.assign(arrived, { upload, parts: 0 });
    await parts(file, token, { arrived, kept, signal, upload, size }, show);
    show(_("確かめています"), 1);
    await readable(file);
    const last = { ...end.fields, sha256: await sha256(file), command: `${command}-${end.name}` };
    // What is sent now is said: to stop waiting for the answer would leave it open.
    return post(`/uploads/${upload}/${end.name}`, token, last, show);
  }

  // Shows a text, and with it how far it is, at a place that holds a bar and a line for words.
  function shower(place) {
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
    const said = place.querySelector("[data-said]");
    let before = "";
    return (text, share) => {
      const percent = share === undefined ? null : Math.floor(share * 100);
      if (percent !== null) place.querySelector("progress").value = percent;
      // It is read aloud: not for every hundredth.
      const words = percent === null ? text : `${text} (${percent - (percent % STEP)}%)`;
      if (words !== before) said.textContent = before = words;
    };
  }

  // What went wrong, for people; button is what they press to go on.
  function refusal(error, button) {
    if (!(error instanceof Refused)) {
      const text = _("接続できません。通信の状態を確かめてから、もう一度「{button}」を押してください。続きから送ります。");
      return text.replace("{button}", button);
    }
    const { what, why, next } = error.said;
    return `${what} ${why} ${next}`;
  }

  const works = Boolean(window.fetch && window.crypto && crypto.subtle);
  return { post, refusal, sha256, shower, whole, works };
})();
