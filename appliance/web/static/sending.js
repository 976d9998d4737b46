// SPDX-License-Identifier: Apache-2.0
// Sends a file in parts, shows how far it is, and goes on where it was after a cut. For the scripts of pages.
"use strict";

const sending = (() => {
  const TRIES = 6;

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
  async function send(method, path, token, body, type) {
    const headers = { "X-Renkei-Form": token, "Content-Type": type };
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
        show(_("接続が切れました。続きから送り直しています（{tried}回目）").replace("{tried}", tried));
        await wait(Math.min(1000 * 2 ** tried, 15000));
      }
    }
  }

  const post = (path, token, fields, show) =>
    persist(() => send("POST", path, token, JSON.stringify(fields), "application/json"), show);

  async function sha256(file) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return Array.from(new Uint8Array(digest), (octet) => octet.toString(16).padStart(2, "0")).join("");
  }

  // All parts of a file, and then its end at /uploads/{id}/{end.name} with end.fields: what that answers.
  // done remembers which parts of which command arrived, for who presses the button again after a long cut.
  async function whole(file, token, command, fields, end, show, done = {}) {
    const begin = { ...fields, file_name: file.name, size: String(file.size), command: `${command}-begin` };
    const { upload, part_size: partSize } = await post("/uploads", token, begin, show);
    if (done.upload !== upload) Object.assign(done, { upload, parts: 0 });
    for (let number = done.parts; number * partSize < file.size; number++) {
      const part = file.slice(number * partSize, (number + 1) * partSize);
      show(_("送信しています"), Math.min(number * partSize, file.size) / file.size);
      const path = `/uploads/${upload}/${number}`;
      await persist(() => send("PUT", path, token, part, "application/octet-stream"), show);
      done.parts = number + 1;
    }
    show(_("確かめています"), 1);
    const last = { ...end.fields, sha256: await sha256(file), command: `${command}-${end.name}` };
    return post(`/uploads/${upload}/${end.name}`, token, last, show);
  }

  // Shows a text, and with it how far it is, at a place that holds a bar and a line for words.
  function shower(place) {
    place.hidden = false;
    place.scrollIntoView({ block: "nearest" });
    return (text, share) => {
      const percent = share === undefined ? null : Math.floor(share * 100);
      if (percent !== null) place.querySelector("progress").value = percent;
      place.querySelector("[data-said]").textContent = percent === null ? text : `${text} (${percent}%)`;
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
  return { post, refusal, shower, whole, works };
})();
