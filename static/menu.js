// The menu of who is signed in: it opens and closes without this file; Escape and a click elsewhere close it, too.
"use strict";
{
  const menu = document.querySelector("details.who");
  document.addEventListener("click", (event) => { if (menu?.open && !menu.contains(event.target)) menu.open = false; });
  menu?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
