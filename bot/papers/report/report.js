
"use strict";
// Shows some entries of the timeline and hides the others. Without it all of them are shown.
const sieve = document.getElementById("sieve");
if (sieve) {
  const words = document.getElementById("words");
  const shown = document.getElementById("shown");
  const boxes = [...sieve.querySelectorAll("input[type=checkbox]")];
  const days = [...document.querySelectorAll(".day")];
  const entries = [...document.querySelectorAll(".day li")].map((item) => ({ item, text: item.textContent.toLowerCase() }));
  const sift = () => {
    const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
    const sought = words.value.trim().toLowerCase();
    let count = 0;
    for (const { item, text } of entries) {
      item.hidden = off.has(item.dataset.kind) || !text.includes(sought);
      count += item.hidden ? 0 : 1;
    }
    for (const day of days) {
      day.hidden = !day.querySelector("li:not([hidden])");
    }
    shown.textContent = sieve.dataset.shown.replace("{shown}", count).replace("{size}", entries.length);
  };
  const all = () => {
    for (const box of boxes) {
      box.checked = true;
    }
    words.value = "";
    sift();
  };
  sieve.addEventListener("input", sift);
  sieve.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("all").addEventListener("click", all);
  sieve.hidden = false;
  all();
}
