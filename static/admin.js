// Lists of the admin: each cell knows the title of its column, which a phone shows in front of it (admin.css).
"use strict";

const list = document.getElementById("result_list");
if (list) {
  const titles = [...list.tHead.rows[0].cells].map((title) => title.querySelector(".text")?.textContent.trim() ?? "");
  for (const row of list.tBodies[0].rows) [...row.cells].forEach((cell, place) => { if (titles[place]) cell.dataset.label = titles[place]; });
}
