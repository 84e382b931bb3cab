// Asks the browser for a passkey and sends what it answers with the form.
// A form says what it needs: data-passkey="get" (sign in, confirm) or "create" (add), and data-options with the id
// of the JSON on the page; without it the options are fetched from the form's own address.
const available = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
const trouble = document.querySelector("[data-passkey-trouble]");

async function optionsFor(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function credentialFor(form) {
  const options = await optionsFor(form);
  if (form.dataset.passkey === "get") {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.request_options.publicKey);
    return navigator.credentials.get({ publicKey });
  }
  const asked = options.creation_options.publicKey;
  const passwordless = form.elements.namedItem("passwordless");
  if (passwordless) {
    asked.authenticatorSelection = {
      ...asked.authenticatorSelection,
      residentKey: passwordless.checked ? "required" : "discouraged",
      requireResidentKey: passwordless.checked,
      userVerification: passwordless.checked ? "required" : asked.authenticatorSelection?.userVerification,
    };
  }
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!available) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (trouble) trouble.hidden = true;
    try {
      const credential = await credentialFor(form);
      form.elements.namedItem("credential").value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      if (trouble) trouble.hidden = false;
    }
  });
}
