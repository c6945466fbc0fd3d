// A page shown again after a switch answered a POST. Its address becomes plain, so that "Back" and "Reload" ask nothing.
const address = new URL(location.href);
if (address.searchParams.has("switch")) {
  address.searchParams.delete("switch");
  history.replaceState(null, "", address);
}
