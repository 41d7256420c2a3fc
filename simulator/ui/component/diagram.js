// Shows drawings made by simulator/figures/loop_svg.py (their texts are escaped there) and reports the variable that
// is pressed, by mouse or keyboard.
const seen = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const box = parentElement.querySelector(".diagram");
  if (seen.get(box) !== data.markup) {
    seen.set(box, data.markup);
    box.innerHTML = data.markup;
  }
  const press = (event) => {
    const node = event.target.closest("[data-key]");
    if (!node || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    setTriggerValue("pressed", node.dataset.key);
  };
  box.onclick = press;
  box.onkeydown = press;
}
