// The page in a notebook, as anywidget asks for it.

import { attach } from "./page.js";

function render({ model, el }) {
  let page;
  const show = async () => {
    page?.stop();
    el.innerHTML = model.get("html");
    page = await attach(el.firstElementChild);
  };
  model.on("change:html", show);
  show();
  return () => page?.stop();
}

export default { render };
