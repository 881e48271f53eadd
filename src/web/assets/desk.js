// Adds keys to a desk that works without them. Nothing here is needed; everything here can be switched off (WCAG 2.1.4).
"use strict";
(() => {
  const STORE = "netra.pintasan";
  const read = () => { try { return localStorage.getItem(STORE) !== "mati"; } catch { return true; } };
  const write = (on) => { try { localStorage.setItem(STORE, on ? "nyala" : "mati"); } catch { /* private window */ } };
  let on = read();

  const typing = (node) => node instanceof HTMLElement && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) && node.type !== "radio");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const at = (all) => all.findIndex((row) => row.contains(document.activeElement));
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const here = at(all);
    const next = Math.min(all.length - 1, Math.max(0, here < 0 ? 0 : here + by));
    all[next].querySelector("a[data-open]").focus();
    all[next].scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    const all = rows();
    const here = at(all);
    if (here >= 0) all[here].querySelector("a[data-open]").click();
  };
  const decide = (letter) => {
    const radio = document.querySelector(`input[data-key="${letter}"]`);
    if (!radio) return false;
    radio.checked = true;
    const reason = document.querySelector("textarea[data-reason]");
    if (reason) { reason.focus(); reason.scrollIntoView({ block: "center" }); }
    return true;
  };
  const go = (name) => { const link = document.querySelector(`a[data-go="${name}"]`); if (link) link.click(); return !!link; };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      const form = event.target instanceof HTMLElement && event.target.closest("form[data-decision]");
      if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (!on || typing(event.target)) return;
    switch (event.key) {
      case "j": step(1); break;
      case "k": step(-1); break;
      case "o": case "c": open(); break;
      case "u": if (!go("antrean")) return; break;
      case "n": if (!go("berikut")) return; break;
      case "?": if (!go("bantuan")) return; break;
      default: if (!/^[a-z]$/.test(event.key) || !decide(event.key)) return;
    }
    event.preventDefault();
  });

  const toggle = document.querySelector("button[data-keys]");
  if (toggle) {
    const show = () => { toggle.setAttribute("aria-pressed", String(on)); toggle.textContent = on ? "Pintasan menyala: matikan" : "Pintasan mati: nyalakan"; };
    toggle.hidden = false;
    toggle.addEventListener("click", () => { on = !on; write(on); show(); });
    show();
  }
})();
