// SPDX-License-Identifier: Apache-2.0
// Shows what has changed without a reload: the service says that something has, and this page asks for itself again.
// Only the regions marked data-live are exchanged. Without this script the page is as it was when it was loaded.
// It is a module, so that its names are its own.

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 3000;
const CONTROLS = "input:not([type=hidden]), select, textarea";
let source = null;
let timer = 0;
let pause = FIRST_PAUSE;
let isStale = false;
let isOver = false;
let running = null;

const main = document.querySelector("main");
const said = Object.assign(document.createElement("p"), { className: "hint no-print" });
said.setAttribute("role", "status");
main.append(said);

const isTouched = (control) =>
  control.type === "checkbox" || control.type === "radio"
    ? control.checked !== control.defaultChecked
    : control.tagName === "SELECT"
      ? [...control.options].some((option) => option.selected !== option.defaultSelected)
      : control.value !== control.defaultValue;

// What somebody is filling in is never taken away.
const isBusy = (region) =>
  [...region.querySelectorAll(CONTROLS)].some((control) => control === document.activeElement || isTouched(control));

// Command ids and the like are new with each loading, and nothing to see.
function seen(region) {
  const copy = region.cloneNode(true);
  for (const hidden of copy.querySelectorAll("input[type=hidden], [hidden]")) hidden.remove();
  return copy.innerHTML;
}

function exchange(region, fresh) {
  const all = (place) => [...place.querySelectorAll("a[href], button")];
  // What it leads to stays, whatever it says about that.
  const mark = (one) => one.getAttribute("href") || one.textContent;
  const held = all(region).indexOf(document.activeElement);
  const focused = held < 0 ? "" : mark(document.activeElement);
  region.replaceChildren(...fresh.childNodes);
  document.dispatchEvent(new CustomEvent("renkei:fresh", { detail: region }));
  if (held < 0) return;
  const same = all(region).filter((one) => mark(one) === focused);
  (same.find((one) => all(region).indexOf(one) === held) || same[0] || document.querySelector("main a, main button"))?.focus();
}

async function look() {
  const answer = await fetch(location.href, { cache: "no-store" });
  const text = await answer.text();
  isOver ||= answer.redirected; // to the sign-in: the visit has ended
  if (answer.status === 503) throw new Error(answer.statusText);
  pause = FIRST_PAUSE;
  if (!answer.ok || isOver) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  let isChanged = false;
  let isKept = false;
  for (const region of document.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${region.dataset.live}"]`);
    if (!fresh || seen(fresh) === seen(region)) continue;
    if (isBusy(region)) {
      isKept = true;
      continue;
    }
    exchange(region, fresh);
    isChanged = true;
    document.title = page.title;
  }
  // What waits for somebody to be done is said, whatever else has changed.
  if (isKept) said.textContent = _("新しい内容があります。入力や選択が済んだら、画面を読み直してください。");
  else if (isChanged) said.textContent = _("新しい内容に更新しました。");
  if (!isKept) main.dataset.since = page.querySelector("main").dataset.since;
}

// One at a time; whatever is told meanwhile is one more look.
async function refresh() {
  isStale = true;
  if (running) return;
  running = true;
  try {
    while (isStale) {
      isStale = false;
      await look();
    }
  } catch {
    again(); // the service is away for a moment: it says when it is back what this page has missed
  } finally {
    running = false;
  }
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

function again() {
  close();
  timer = setTimeout(listen, pause * (0.5 + Math.random()));
  pause = Math.min(2 * pause, LONGEST_PAUSE);
}

// A page in the background needs no news: the browser has few connections, and other pages need them. What happened
// while nobody listened, since the page was made, is told as soon as somebody listens again.
function listen() {
  if (document.hidden || isOver || source) return;
  source = new EventSource(`/live?since=${main.dataset.since}`);
  source.addEventListener("changed", refresh);
  source.addEventListener("ended", () => {
    isOver = true;
    close();
  });
  source.addEventListener("error", () => {
    again();
    // An event stream does not say why it is refused; the page does.
    if (pause === LONGEST_PAUSE) refresh();
  });
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : listen()));
listen();
