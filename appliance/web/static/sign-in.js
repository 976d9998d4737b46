// SPDX-License-Identifier: Apache-2.0
// Shows the switch that shows the password; without a script there is none and nothing is missing.
"use strict";

const showing = document.querySelector("[data-show-password]");
const password = document.querySelector("input[type=password]");
if (showing && password) {
  showing.hidden = false;
  showing.querySelector("input").addEventListener("change", (event) => {
    password.type = event.target.checked ? "text" : "password";
  });
}
