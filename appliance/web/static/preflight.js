// SPDX-License-Identifier: Apache-2.0
// Looks at files before a byte of them is sent. Only a service to who sends: what cannot be told here is left to the
// server, which judges all of it again and has the sentences for all of it.
"use strict";

const preflight = (() => {
  const MOST_DOCUMENTS = 99;
  const MOST_BYTES = 512 * 1024 * 1024;
  const LOCKS = ["zip.encryption", "zip.zipcrypto", "zip.mixed"];
  const works = Boolean(window.DecompressionStream);

  const isZip = (file) => /\.zip$/i.test(file.name);
  const isPdf = async (content) => (await content.slice(0, 1024).text()).includes("%PDF-");

  function kindOf(entries) {
    const kinds = new Set(entries.map((one) => (one.zipCrypto ? "zip.zipcrypto" : one.encrypted ? "" : "zip.encryption")));
    return kinds.size > 1 ? "zip.mixed" : [...kinds][0] || "";
  }

  function structure(all, documents, takesOld) {
    const kind = kindOf(documents);
    const rules = [kind === "zip.zipcrypto" && takesOld ? "" : kind];
    if (documents.length === 0) rules.push("zip.empty");
    if (all.length > MOST_DOCUMENTS) rules.push("zip.count");
    if (all.some((one) => one.directory || one.filename.includes("/"))) rules.push("entry.folder");
    return rules.filter(Boolean);
  }

  // What is wrong inside, as far as the password opens it.
  async function inside(documents, password) {
    const found = [];
    for (const one of documents) {
      try {
        const content = await zips.content(one, password);
        if (/\.pdf$/i.test(one.filename) && !(await isPdf(content))) found.push(`pdf.none\t${one.filename}`);
      } catch (error) {
        if (error.rule === "password") return ["password\t"];
        found.push(`${error.rule}\t${one.filename}`);
      }
    }
    return found;
  }

  async function lookIntoZip(file, password, takesOld) {
    let all;
    try {
      all = await zips.entries(file);
    } catch (error) {
      if (!error.rule) throw error;
      return { names: [], found: [`${error.rule}\t`], mendable: false };
    }
    const documents = all.filter((one) => !one.directory);
    const rules = structure(all, documents, takesOld);
    const size = documents.reduce((sum, one) => sum + one.uncompressedSize, 0);
    const opens = password || documents.every((one) => !one.encrypted);
    const found = opens && documents.length <= MOST_DOCUMENTS && size <= MOST_BYTES ? await inside(documents, password) : [];
    const mendable = rules.length === 1 && LOCKS.includes(rules[0]) && !found.includes("password\t");
    return { names: documents.map((one) => one.filename), found: [...rules.map((rule) => `${rule}\t`), ...found], mendable };
  }

  async function look(file, password, takesOld) {
    if (isZip(file)) return lookIntoZip(file, password, takesOld);
    const isNone = /\.pdf$/i.test(file.name) && !(await isPdf(file));
    return { names: [file.name], found: isNone ? ["pdf.none\t"] : [], mendable: false };
  }

  // {problems, mendable, status, refused}: in the sentences of the server; mendable when a ZIP has only to be locked
  // as it must be. status and refused are there when the server did not want to look.
  async function problems(file, password, type, form, takesOld) {
    try {
      const { names, found, mendable } = await look(file, password, takesOld);
      const lines = (all) => all.map((one) => one.replaceAll("\n", " ")).join("\n");
      const answer = await fetch("/filings/check", {
        method: "POST",
        headers: { "X-Renkei-Form": form, "Content-Type": "application/json" },
        body: JSON.stringify({ names: lines(names), found: lines(found), type }),
        credentials: "same-origin",
        redirect: "error",
      });
      const said = await answer.json();
      return answer.ok ? { ...said, mendable } : { problems: [], mendable, status: answer.status, refused: said };
    } catch {
      // No way to the server, or a browser that cannot: sending tells.
      return { problems: [], mendable: false };
    }
  }

  // The same documents in a ZIP that is locked as it must be. Raises zips.Faulty.
  async function mended(file, password) {
    const made = await zips.locked(await zips.opened(file, password), password);
    return new File([made], file.name, { type: "application/zip" });
  }

  return { isZip, mended, problems, works };
})();
