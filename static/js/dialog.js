// Opens a <dialog> by data-dialog="id"; data-close inside closes it. The browser keeps and returns focus.
document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  target.closest("[data-close]")?.closest("dialog").close();
});
