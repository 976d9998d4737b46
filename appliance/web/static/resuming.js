// SPDX-License-Identifier: Apache-2.0
// Remembers for this tab which parts of which file have arrived, so that a page that was loaded again goes on where it
// was when the same file is chosen again. Names and texts are kept as hashes only. For the scripts of pages.
"use strict";

const resuming = (() => {
  const NAME = "renkei-uploads";
  const MOST = 50;

  const digest = (...words) => sending.sha256(new Blob([JSON.stringify(words)]));

  // Nothing is remembered where the browser keeps nothing, and what is not ours is nothing.
  function all() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(NAME) || "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }

  function save(kept) {
    try {
      sessionStorage.setItem(NAME, JSON.stringify(kept.slice(-MOST)));
    } catch {
      // Then it begins anew after a reload.
    }
  }

  const fresh = () => ({ begin: crypto.randomUUID(), upload: "", parts: 0, said: "", command: "" });

  // What of this file has arrived: {key, begin, upload, parts, said, command}.
  async function recall(file) {
    const key = await digest(file.name, file.size, file.lastModified);
    return { ...fresh(), ...all().find((one) => one.key === key), key };
  }

  function forget(arrived) {
    save(all().filter((one) => one.key !== arrived.key));
    return Object.assign(arrived, fresh());
  }

  function keep(arrived) {
    save([...all().filter((one) => one.key !== arrived.key), arrived]);
  }

  // The command that says this of the file: the same words are the same command, also after a reload.
  async function command(arrived, fields) {
    const said = await digest(fields);
    if (arrived.said !== said) Object.assign(arrived, { said, command: crypto.randomUUID() });
    keep(arrived);
    return arrived.command;
  }

  return { command, forget, fresh, keep, recall };
})();
