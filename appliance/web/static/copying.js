// SPDX-License-Identifier: Apache-2.0
// Buttons that copy a text of the page. Where the browser cannot, they stay hidden and people mark the text.
"use strict";

const SECONDS_TOLD = 2;

function offer(button) {
  const said = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const one = document.getElementById(button.dataset.copies);
    await navigator.clipboard.writeText(one.value ?? one.textContent);
    button.textContent = _("コピーしました");
    setTimeout(() => { button.textContent = said; }, SECONDS_TOLD * 1000);
  });
}

if (navigator.clipboard) document.querySelectorAll("[data-copies]").forEach(offer);
