// Small help for pages that work without it: progress, one send per form, focus, shortcuts, menus.
"use strict";

(() => {
  let line = null;
  let timer = null;

  // a sign of work only after 300 ms, so quick answers do not flicker
  const busy = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (line) return;
      line = document.createElement("div");
      line.className = "progress-line";
      document.body.append(line);
    }, 300);
  };
  const idle = () => {
    clearTimeout(timer);
    if (line) line.remove();
    line = null;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    busy();
  });

  // the browser's back button brings a sent form back: it may be sent again
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
    idle();
  });
  document.addEventListener("htmx:beforeRequest", busy);
  document.addEventListener("htmx:afterRequest", idle);

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing) {
      const field = document.querySelector("[data-shortcut='/']");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.me[open], .bottom-bar details[open]").forEach((menu) => {
        menu.open = false;
      });
    }
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.me[open], .bottom-bar details[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const printer = event.target.closest("[data-print]");
    if (printer) window.print();
  });

  // a machine without Chinese fonts gets ours: texts shaped before it came are shaped anew
  if (document.fonts) {
    const reshape = () => document.documentElement.classList.toggle("fonts-came");
    document.fonts.addEventListener("loadingdone", reshape);
    if (document.fonts.status === "loaded") reshape();
  }

  // what the reader has to see first after a refused form
  document.addEventListener("DOMContentLoaded", () => {
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  });
})();
