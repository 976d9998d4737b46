// SPDX-License-Identifier: Apache-2.0
// Asks again, every few seconds, whether the service is back, and then loads the page anew: nobody is moved before.
// Without this script the page says how to try again.
"use strict";

const SHORTEST = 3000;
const SPREAD = 2000;

// Not all at the same moment: many pages wait for the same service.
const later = () => setTimeout(ask, SHORTEST + Math.random() * SPREAD);

async function ask() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    if (answer.status !== 503) return location.reload();
    await answer.text(); // what is not read to its end keeps a connection
  } catch (error) {
    // No way to the service at all: that may pass, too.
  }
  later();
}

const hint = document.querySelector("[data-away]");
hint.hidden = false;
later();
