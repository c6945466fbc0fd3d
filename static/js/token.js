// The token of a page that stays open while its person signs in anew in another tab.
const TOKEN = "input[name=csrfmiddlewaretoken]";

export const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

const whose = (page) => page.querySelector("[data-user]")?.dataset.user;

// The forms of this page get the token that holds now. False: nobody has signed in, or somebody else has.
export async function renew() {
  const answer = await fetch("/staff/keys/", { headers: { "X-By-Itself": "1" }, redirect: "manual" }).catch(() => null);
  const page = answer?.ok && parsed(await answer.text()), fresh = page && page.querySelector(TOKEN);
  if (!fresh || !whose(page) || whose(page) !== whose(document)) return false;
  for (const old of document.querySelectorAll(TOKEN)) old.value = fresh.value;
  return true;
}
