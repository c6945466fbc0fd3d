// Beside keep-typed.js, on the registration card: says that what is typed could not be kept, tries again by itself, and
// renews the token after a sign-in in another tab, so that the card itself can be sent as well.
import { renew } from "./token.js";

const AGAIN = 15000;
const form = document.querySelector("form[data-keep]"), sign = form.querySelector("[data-kept-sign]");
let timer, renewed = false;

form.addEventListener("kept", async ({ detail: isKept }) => {
  clearTimeout(timer);
  sign.hidden = isKept;
  renewed = !isKept && !renewed && await renew();
  if (!isKept) timer = setTimeout(() => form.dispatchEvent(new Event("input")), renewed ? 0 : AGAIN);
});
