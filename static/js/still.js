// A form on its way of which nothing is heard: says so, and offers to send it again. It waits on; what was chosen stays.
// For the scripts of all pages that send files.
globalThis.silence = (note, again) => {
  let timer;
  const over = () => { clearTimeout(timer); if (note) note.hidden = true; };
  const moved = () => { over(); if (note) timer = setTimeout(() => { note.hidden = false; }, note.dataset.still * 1000); };
  if (note) note.querySelector("button").onclick = () => { over(); again(); };
  moved();
  return { moved, over };
};
