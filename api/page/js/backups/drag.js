/** Dragging the items of a list into another order, by mouse, pen and finger. */

/**
 * Let a list's items be dragged by what has `data-grip`; `moved` is told from where to where.
 * @param {HTMLElement} rows @param {(from: number, to: number) => void} moved
 */
export function draggable(rows, moved) {
  rows.addEventListener("pointerdown", (event) => {
    const grip = /** @type {HTMLElement} */ (event.target).closest("[data-grip]");
    const item = /** @type {HTMLElement | null} */ (grip?.closest("li") ?? null);
    if (!grip || !item || event.button !== 0) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (grip).focus({ preventScroll: true });
    follow(rows, item, event, moved);
  });
}

/** @param {HTMLElement} rows @param {HTMLElement} item @param {PointerEvent} start @param {(from: number, to: number) => void} moved */
function follow(rows, item, start, moved) {
  const items = /** @type {HTMLElement[]} */ ([...rows.children]);
  const from = items.indexOf(item);
  const middles = items.map((one) => one.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
  const height = item.getBoundingClientRect().height;
  let to = from;
  item.classList.add("dragged");
  const drag = (/** @type {PointerEvent} */ event) => {
    const shift = event.clientY - start.clientY;
    item.style.setProperty("transform", `translateY(${shift}px)`);
    const at = middles[from] + shift;
    to = middles.filter((middle, i) => i !== from && middle < at).length;
    items.forEach((one, i) => {
      if (i === from) return;
      const way = i > from && i <= to ? -1 : i < from && i >= to ? 1 : 0;
      one.style.setProperty("transform", way ? `translateY(${way * height}px)` : "");
    });
  };
  const end = (/** @type {Event} */ event) => {
    removeEventListener("pointermove", drag);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    removeEventListener("keydown", escape, true);
    for (const one of items) one.style.removeProperty("transform");
    item.classList.remove("dragged");
    if (event.type === "pointerup" && to !== from) moved(from, to);
  };
  const escape = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && end(event);
  addEventListener("pointermove", drag);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
  addEventListener("keydown", escape, true);
}
