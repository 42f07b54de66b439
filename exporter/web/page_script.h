// SPDX-License-Identifier: Apache-2.0
//
// The script of pages that refresh themselves: every five seconds it puts a
// fresh <main> in the place of the old one, so that readers stay where they
// are. It can be paused, rests while nobody looks, and says when there is no
// answer. Without it the browser loads the page anew.
#pragma once

namespace ipband {

inline constexpr char kPageScript[] = R"js(
"use strict";
(() => {
  const pause = document.getElementById("pause");
  const stale = document.getElementById("stale");
  let paused = false, busy = false, since = new Date();
  async function refresh() {
    if (paused || busy || document.hidden) return;
    busy = true;
    try {
      const {origin, pathname, search} = location;  // without a password
      const answer = await fetch(origin + pathname + search, {
        cache: "no-store", signal: AbortSignal.timeout(10000)});
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(
        await answer.text(), "text/html");
      const old = document.querySelector("main");
      const focus = old.contains(document.activeElement)
        ? document.activeElement.getAttribute("href") : null;
      const picked = !getSelection().isCollapsed &&
        old.contains(getSelection().anchorNode);
      if (!picked && !paused) {
        old.replaceWith(page.querySelector("main"));
        document.title = page.title;
        if (focus !== null) for (const link of document.links)
          if (link.getAttribute("href") === focus) {
            link.focus({preventScroll: true}); break;
          }
      }
      since = new Date();
      stale.hidden = true;
    } catch {
      stale.textContent = "No answer; these are the numbers of " +
        since.toLocaleTimeString() + ".";
      stale.hidden = false;
    }
    busy = false;
  }
  pause.hidden = false;
  pause.onclick = () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    refresh();
  };
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, 5000);
})();
)js";

}  // namespace ipband
