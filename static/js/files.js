// Chosen files by name and size, each with a button that takes it out again before sending.
function size(bytes, units) {
  const power = bytes < 1024 ? 0 : bytes < 1048576 ? 1 : 2;
  return `${(bytes / 1024 ** power).toFixed(power > 1 ? 1 : 0)} ${units[power]}`;
}

function without(input, index) {
  const rest = new DataTransfer();
  [...input.files].forEach((file, position) => position !== index && rest.items.add(file));
  input.files = rest.files;
}

function line(file, index, box, input) {
  const item = document.createElement("li");
  item.className = "file-list__item";
  const name = document.createElement("span");
  name.className = "file-list__name";
  name.textContent = file.name;
  const bytes = document.createElement("span");
  bytes.className = "file-list__size";
  bytes.textContent = size(file.size, box.dataset.units.split(","));
  name.append(bytes);
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "button button--quiet button--small";
  remove.textContent = box.dataset.remove;
  remove.setAttribute("aria-label", `${box.dataset.remove}: ${file.name}`);
  remove.addEventListener("click", () => { without(input, index); list(input); input.focus(); });
  item.append(document.createElement("span"), name, remove);
  return item;
}

function list(input) {
  const box = input.closest("[data-files]");
  const lines = box.querySelector("[data-files-list]");
  lines.replaceChildren(...[...input.files].map((file, index) => line(file, index, box, input)));
  lines.hidden = !input.files.length;
}

document.addEventListener("change", ({ target }) => target.closest("[data-files]") && target.files && list(target));
