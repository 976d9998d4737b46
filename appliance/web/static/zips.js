// SPDX-License-Identifier: Apache-2.0
// ZIPs opened and made in the browser, for the scripts of pages. What opens them is loaded when somebody needs it.
// A password stays in this page: it is never sent and never kept.
"use strict";

const zips = (() => {
  const WRONG_PASSWORD = "Invalid password";
  const IN_THIS_PAGE = { useWebWorkers: false };

  // Faults by the names that the rules have (model/problems.py).
  class Faulty extends Error {
    constructor(rule) {
      super(rule);
      this.rule = rule;
    }
  }

  let loading = null;

  function load() {
    loading = loading || new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = document.querySelector("[data-zip-library]").dataset.zipLibrary;
      script.addEventListener("load", () => {
        zip.configure(IN_THIS_PAGE);
        done(zip);
      });
      script.addEventListener("error", () => {
        loading = null;
        script.remove();
        fail(new TypeError("the script did not come"));
      });
      document.head.append(script);
    });
    return loading;
  }

  // As doorman/entry_names.py: UTF-8 where it is some, else what Japanese Windows writes.
  function name(raw) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(raw);
    } catch {
      return new TextDecoder("shift_jis").decode(raw);
    }
  }

  // What is in it, opened or not. Raises Faulty.
  async function entries(file) {
    const { ZipReader, BlobReader } = await load();
    try {
      return await new ZipReader(new BlobReader(file), { decodeText: name }).getEntries();
    } catch {
      throw new Faulty("zip.none");
    }
  }

  // The bytes of an entry, its check sum held. Raises Faulty.
  async function content(entry, password, type = "application/octet-stream") {
    const { BlobWriter } = await load();
    try {
      return await entry.getData(new BlobWriter(type), { password: password || undefined, checkSignature: true });
    } catch (error) {
      // One wrong password in 256 passes the old encryption's own check.
      throw new Faulty(error.message === WRONG_PASSWORD || entry.zipCrypto ? "password" : "damaged");
    }
  }

  // All documents of a ZIP: [{name, content}]. Raises Faulty.
  async function opened(file, password) {
    const found = [];
    for (const entry of await entries(file)) {
      if (!entry.directory) found.push({ name: entry.filename, content: await content(entry, password) });
    }
    return found;
  }

  // The same documents in a ZIP with AES-256. They are stored: PDFs are packed already.
  async function locked(documents, password) {
    const { ZipWriter, BlobReader, BlobWriter } = await load();
    const how = { password, encryptionStrength: 3, level: 0, zip64: false, dataDescriptor: false, extendedTimestamp: false };
    const writer = new ZipWriter(new BlobWriter("application/zip"), how);
    for (const one of documents) await writer.add(one.name, new BlobReader(one.content));
    return writer.close();
  }

  return { Faulty, content, entries, locked, opened };
})();
