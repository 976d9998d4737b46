// SPDX-License-Identifier: Apache-2.0
// Counts down what is left of a visit, and says 10 and 2 minutes before its end that it ends (WCAG 2.2.1). At its end
// the VPN may be cut as well: what was typed then is sent once the service is there, and until that stays on the page.
// Without this script the page says until when the visit lasts, and warns if it was loaded in the last 10 minutes.
"use strict";

const MINUTE = 60000;
const left = document.querySelector("[data-visit-left]");
const notice = document.querySelector("[data-visit-notice]");
// The clocks of this computer and of the service may differ; how long it is from now on is the same for both.
const end = Date.now() + Number(left.dataset.visitLeft);
const until = left.dataset.visitUntil;
const hasForm = document.querySelector("main form[method=post]") !== null;
const PATIENCE = 5000;
let passed = null;
let isAsking = false;
let said = notice.textContent.trim() ? 10 : Infinity;

function span(minutes) {
  if (minutes < 1) return _("1分未満");
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const text = !hours ? _("{rest}分") : rest ? _("{hours}時間{rest}分") : _("{hours}時間");
  return text.replace("{hours}", hours).replace("{rest}", rest);
}

const withEnd = (text) => text.replace("{until}", until);

// Each is said once, by a region that screen readers read when they have finished their sentence.
function say(step, text) {
  if (said <= step) return;
  said = step;
  notice.textContent = text;
  notice.hidden = false;
}

function look() {
  const rest = end - Date.now();
  const minutes = Math.floor(Math.max(rest, 0) / MINUTE);
  left.textContent = withEnd(_("残り {left}（{until} まで）").replace("{left}", span(minutes)));
  if (rest <= 0) {
    left.textContent = withEnd(_("{until} に終わりました"));
    say(0, hasForm
      ? _("ログインの有効時間が終わりました。この画面に入力したものは残っています。そのまま送信すると、続け方をご案内します。")
      : _("ログインの有効時間が終わりました。続けるには、もう一度ログインしてください。"));
  } else if (rest <= 2 * MINUTE) {
    say(2, withEnd(_("まもなく（{until} に）ログインの有効時間が終わります。入力中のものは、今のうちに送信してください。")));
  } else if (rest <= 10 * MINUTE) {
    say(10, withEnd(_("ログインの有効時間は、{until} に終わります。入力中のものは、それまでに送信してください。")));
  }
}

async function isThere() {
  try {
    await fetch("/sign-in", { method: "HEAD", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    return true;
  } catch (error) {
    return false; // whatever it is, the form would get no further
  }
}

// A page that the browser cannot reach any more would take the place of what was typed.
async function sendOrStay(event) {
  const { target: form, submitter } = event;
  if (Date.now() < end || form.method !== "post" || form === passed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isAsking) return;
  isAsking = true;
  passed = (await isThere()) ? form : null;
  isAsking = false;
  if (passed) return form.requestSubmit(submitter);
  notice.textContent = _("サービスにつながらないため、まだ送信していません。入力したものは、この画面に残っています。VPN が切れているときは、もう一度接続してから送信してください。");
  notice.hidden = false;
}

// One visit is about one office at a time (R240). A page of another one says so, and sends nothing any more.
function mind(office) {
  const channel = new BroadcastChannel("renkei-office");
  channel.postMessage(office);
  channel.addEventListener("message", ({ data }) => {
    if (data === office) return;
    document.title = _("別の事業所に切り替わりました");
    notice.textContent = _("別の画面で、事業所が切り替えられました。この画面からは操作できません。画面を読み直すと、いま選ばれている事業所が開きます。");
    notice.hidden = false;
    for (const part of document.querySelectorAll("main, nav.ways")) part.inert = true;
  });
}

const { office } = document.body.dataset;
if (office && window.BroadcastChannel) mind(office);
// A page that the browser has kept is as old as it was.
window.addEventListener("pageshow", (event) => event.persisted && office && location.reload());

look();
setInterval(look, 5000);
document.addEventListener("submit", sendOrStay, true);
// A computer that was asleep has not counted.
document.addEventListener("visibilitychange", look);
