// Chosen files by name and size, each with a button that takes it out again before sending.
function size(bytes, units) {
  const power = bytes < 1024 ? 0 : bytes < 1048576 ? 1 : 2;
  return `${(bytes / 1024 ** power).toFixed(power > 1 ? 1 : 0)} ${units.split(",")[power]}`;
}

function without(input, file) {
  const rest = new DataTransfer();
  for (const other of input.files) if (other !== file) rest.items.add(other);
  input.files = rest.files;
  list(input);
  input.focus();
}

function line(file, input, box) {
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const [name, bytes] = item.querySelectorAll("span span");
  const remove = item.querySelector("button");
  name.textContent = file.name;
  bytes.textContent = size(file.size, box.dataset.units);
  remove.setAttribute("aria-label", `${remove.textContent}: ${file.name}`);
  remove.addEventListener("click", () => without(input, file));
  return item;
}

function list(input) {
  const box = input.closest("[data-files]");
  const lines = box.querySelector("ul");
  lines.replaceChildren(...[...input.files].map((file) => line(file, input, box)));
  lines.hidden = !input.files.length;
}

document.addEventListener("change", ({ target }) => target.files && target.closest("[data-files]") && list(target));
