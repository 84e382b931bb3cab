// Shows the questions that belong to the chosen side. Without this script all of them are shown.
for (const form of document.querySelectorAll("[data-register]")) {
  const officials = ["city", "profession"];
  const others = ["organisation_name", "nip"];
  const show = () => {
    const chosen = form.querySelector("[name=stakeholder]:checked")?.value;
    for (const question of form.querySelectorAll(".question")) {
      const name = question.className.match(/question-(\w+)/)[1];
      const belongs = officials.includes(name) ? "local_government" : others.includes(name) ? "other" : null;
      if (belongs) question.hidden = !chosen || (belongs === "local_government") !== (chosen === "local_government");
    }
  };
  form.addEventListener("change", show);
  show();
}
