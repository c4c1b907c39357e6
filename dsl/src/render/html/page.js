const svg = document.querySelector("svg");
const whole = svg.viewBox.baseVal;
const all = { x: whole.x, y: whole.y, w: whole.width, h: whole.height };
let view, scale;
const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
// All of the drawing, but never larger than it was drawn.
const reset = () => {
  scale = Math.max(all.w / innerWidth, all.h / innerHeight, 1);
  const [w, h] = [innerWidth * scale, innerHeight * scale];
  view = { x: all.x + (all.w - w) / 2, y: all.y + (all.h - h) / 2, w, h };
  show();
};
const zoom = (factor, px, py) => {
  const next = Math.min(Math.max(scale * factor, 0.05), 100);
  const [x, y] = [view.x + px * scale, view.y + py * scale];
  scale = next;
  view = { x: x - px * scale, y: y - py * scale, w: innerWidth * scale, h: innerHeight * scale };
  show();
};
document.body.classList.add("moves");
svg.removeAttribute("width");
svg.removeAttribute("height");
svg.querySelector("rect.page").style.display = "none";
reset();
addEventListener("resize", () => zoom(1, 0, 0));
svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(Math.exp(Math.sign(event.deltaY) * 0.15), event.clientX, event.clientY);
}, { passive: false });
svg.addEventListener("pointerdown", (event) => svg.setPointerCapture(event.pointerId));
svg.addEventListener("pointermove", (event) => {
  if (!svg.hasPointerCapture(event.pointerId)) return;
  view.x -= event.movementX * scale;
  view.y -= event.movementY * scale;
  show();
});
svg.addEventListener("dblclick", reset);
addEventListener("keydown", (event) => {
  const [x, y] = [innerWidth / 2, innerHeight / 2];
  if (event.key === "+" || event.key === "=") zoom(0.8, x, y);
  if (event.key === "-") zoom(1.25, x, y);
  if (event.key === "0") reset();
});
